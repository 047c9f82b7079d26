"""Are the pages of figures readable by all, on a phone and at a desk, in light and dark?

Makes the pictures of docs/statistik.md when INDGANG_GUIDE=1 is set. The conversations are made by chance and marked.
"""

import os
import random

import pytest

from benchmarks.report import fill, made
from bot import simulation
from bot.database import Database
from bot.reporting import Reporting
from tests.browser.console.test_guide import PICTURES, smaller

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
IN_THE_GUIDE = {("statistik", "desk", "light"): "tal.png", ("statistik", "phone", "dark"): "tal-telefon.png"}
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
PERIOD = "simuleret=1&fra=2026-01&til=2026-06"
PAGES = {"statistik": f"/statistik?{PERIOD}", "statistik-filter": f"/statistik?{PERIOD}&topic=angst",
         "tilbudstal": "/statistik/tilbud", "kvalitet": "/kvalitet", "breve": "/breve", "vagter": "/vagter"}
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.parentElement.closest('.scroll'))
    .map((e) => `${e.localName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`)"""


@pytest.fixture
def leader(front_door, desk):
    """Opens the console of a coordinator in a house in which 600 conversations were simulated."""
    settings = front_door.house.parts.settings
    (settings.data / simulation.FOLDER).mkdir(parents=True, exist_ok=True)
    database = Database(simulation.url(settings))
    offers = sorted(Reporting.on(database, settings, True).words.names)
    fill(database, made(600, offers, random.Random(1)))
    database.close()
    return lambda **options: desk("karen", "Karen", "koordinator", **options)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_figures_are_accessible_and_fit(leader, front_door, axe, pictures, size, scheme):
    page = leader(viewport=SIZES[size], color_scheme=scheme)
    for name, path in PAGES.items():
        shown = page.goto(f"{front_door.url}/console{path}")
        assert shown.status == 200, name
        page.screenshot(path=pictures / f"{name}-{size}-{scheme}.png", full_page=True)
        if (name, size, scheme) in IN_THE_GUIDE and os.environ.get("INDGANG_GUIDE"):
            page.screenshot(path=PICTURES / IN_THE_GUIDE[name, size, scheme])
            smaller(PICTURES / IN_THE_GUIDE[name, size, scheme])
        assert page.evaluate(TOO_WIDE) == [], name
        found = axe.run(page, options=RULES)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.errors == []
