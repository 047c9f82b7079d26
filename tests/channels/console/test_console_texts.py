"""Does every text that the console asks for stand in its data, and is every one that stands there asked for?"""

import re
from pathlib import Path

import pytest

from bot.accounts import ROLES
from bot.conversation import LEVELS
from channels.console.words import Words
from knowledge.vocabulary import TOPICS

CONSOLE = Path(__file__).resolve().parents[3] / "channels" / "console"
SCRIPTS = "\n".join(p.read_text(encoding="utf-8") for p in sorted((CONSOLE / "static").glob("*.js")))
TEMPLATES = "\n".join(p.read_text(encoding="utf-8") for p in sorted((CONSOLE / "templates").glob("*.html")))
PYTHON = "\n".join(p.read_text(encoding="utf-8") for p in sorted(CONSOLE.glob("*.py")))


@pytest.fixture(scope="module")
def words():
    return Words.load()


def test_every_key_that_a_script_names_has_a_text(words):
    named = {key for call in re.findall(r"say\(([^()]*)", SCRIPTS) for key in re.findall(r'"([a-z_]+)"', call)}
    named |= {f"{name}_empty" for name in ("waiting", "mine", "danger", "others", "closed")}
    named |= {name for move in ("transfer", "hand_back", "release", "close") for name in (move, f"{move}_short")}
    assert named - {"offline"} <= set(words.group("ui"))


def test_no_text_of_the_page_is_left_over(words):
    asked = SCRIPTS
    unused = {key for key in words.group("ui") if f'"{key}"' not in asked and key not in asked}
    computed = {f"{name}_empty" for name in ("waiting", "mine", "danger", "others", "closed")}
    computed |= {f"{move}_short" for move in ("transfer", "hand_back", "release", "close")}
    assert unused - computed - {"visitor", "robot", "system", "connecting", "connected"} == set()


def test_every_reason_that_python_gives_has_a_text(words):
    reasons = set(re.findall(r'(?:Shut|AccountError|Refused|_refuse\(frame,) ?\(?"([a-z_]+)"', PYTHON))
    reasons |= set(re.findall(r'AccountError\("([a-z_]+)"',
                              (CONSOLE.parents[1] / "bot" / "accounts.py").read_text(encoding="utf-8")))
    assert reasons and reasons <= set(words.group("errors"))


def test_codes_of_the_data_have_words(words):
    assert set(words.group("topics")) == TOPICS
    assert set(words.group("levels")) == set(LEVELS)
    assert set(words.group("roles")) == set(ROLES)


def test_an_alias_is_always_the_same_and_tells_nothing(words):
    assert words.alias("abcdef0123456789") == words.alias("abcdef0123456789")
    assert words.alias("abcdef0123456789").endswith("89")


def test_pages_have_no_script_or_style_inside_them():
    assert not re.search(r"\son[a-z]+=|style=|<style|javascript:", TEMPLATES)
    assert re.findall(r"<script(?! type=\"(?:module\" src|application/json))", TEMPLATES) == []


def test_scripts_never_make_html_out_of_text():
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", SCRIPTS)


def test_files_stay_short():
    long = [p.name for p in CONSOLE.rglob("*") if p.suffix in (".py", ".js") and len(p.read_text().splitlines()) > 250]
    assert not long
