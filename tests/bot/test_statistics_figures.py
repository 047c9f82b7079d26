"""The figures of dashboard, report and files equal those that are counted here, from the raw conversations."""

import csv
import io
import random
from collections import Counter
from datetime import date

import pytest

from bot import simulation
from bot.counts_read import Reader
from bot.database import Database
from bot.figure_words import FigureWords
from bot.figures import Figures, View, wilson
from bot.offer_counts import OfferCounts
from bot.periods import Period
from bot.quick_robot import QuickRobot
from bot.report import as_file, make
from bot.settings import load

HALF = Period("2026-01", "2026-06")
VISITORS = 90


@pytest.fixture(scope="module")
def simulated(tmp_path_factory, safety, texts):
    """A simulated half-year through the real gateway, and every conversation as it was before it was deleted."""
    import asyncio

    from knowledge.catalogue import Catalogue, build
    from nlu.understanding import Reader as MessageReader
    folder = tmp_path_factory.mktemp("simulated")
    catalogue = Catalogue.open(build(folder / "catalogue.sqlite"))
    settings, raw = load({"INDGANG_DATA_DIR": str(folder)}, folder / "none.yml"), []
    robot = QuickRobot(MessageReader.load(), catalogue, texts, random.Random(1))
    asyncio.run(simulation.run(
        settings, robot, catalogue, start=date(2026, 1, 1), weeks=25, count=VISITORS, seed=3, folder=folder / "house",
        seen=lambda found, thread, visit: raw.append((found, thread, visit)), safety=safety))
    database = Database(f"sqlite:///{folder / 'house' / 'statistics.sqlite'}")
    words = FigureWords(catalogue)
    yield raw, database, words
    database.close()


def independent(raw):
    """The same figures, counted from the conversations themselves."""
    return {
        "topics": Counter((c.facts["topics"] or ["ukendt"])[0] for c, _, _ in raw),
        "danger": Counter(c.danger for c, _, _ in raw),
        "channels": Counter(v.channel for _, _, v in raw),
        "ages": Counter(c.facts["age_band"] or "ukendt" for c, _, _ in raw),
        "audiences": Counter(c.facts["audience"] for c, _, _ in raw),
        "municipalities": Counter(v.municipality for _, _, v in raw),
    }


def test_the_figures_equal_those_counted_from_the_raw_conversations(simulated):
    raw, database, words = simulated
    figures = Figures(Reader(database, words.groups), View(HALF, simulated=True))
    assert figures.table("conversations").total == len(raw)
    for name, expected in independent(raw).items():
        table = figures.table(name)
        for (key,), shown in table.cells.items():
            assert shown in (expected[key], None), (name, key)
            assert shown is not None or expected[key] > 0  # a zero is never hidden
            assert shown is None or not 0 < shown < 5
        assert set(expected) <= set(table.keys[0])
    offered = Counter(card["id"] for _, thread, _ in raw for m in thread for card in m.body.get("cards", ())
                      if card["kind"] not in ("brev", "soegning"))
    for offer, shown in figures.offers("shown").items():
        assert shown in (offered[offer], None), offer
    assert figures.table("flow").total in (sum(offered.values()), None)


def test_hours_and_weekdays_are_those_of_the_first_moment(simulated):
    raw, database, words = simulated
    table = Figures(Reader(database, words.groups), View(HALF, simulated=True)).table("hours")
    for axis, moment in ((0, lambda v: v.at.weekday()), (1, lambda v: v.at.hour)):
        expected = Counter(moment(v) for _, _, v in raw)
        assert all(n in (expected[key], None) for key, n in table.sums[axis].items())


def test_report_and_files_show_what_the_dashboard_shows(simulated):
    from bot.reporting import Reporting
    from channels.console.statistics import dashboard_html, environment
    raw, database, words = simulated
    reporting = Reporting(database, words, Reader(database, words.groups), True)
    page = dashboard_html(reporting, HALF, templates=environment())
    report = make(reporting.reader, words, OfferCounts(database, True), View(HALF, simulated=True), date(2026, 7, 1))
    text = as_file(report, "html").decode()
    rows = list(csv.reader(io.StringIO(as_file(report, "csv").decode("utf-8-sig")), delimiter=";"))
    title = words.texts["titles"]["channels"]
    channels = {row[1]: row[3] for row in rows if row[0] == title}
    expected = independent(raw)["channels"]
    for code, name in words.texts["labels"]["channel"].items():
        if expected[code] >= 5 and channels.get(name, "").isdigit():
            assert channels[name] == str(expected[code])
            assert f">{expected[code]}<" in page and f">{expected[code]}<" in text
    assert words.texts["ui"]["simulated_long"] in text
    assert any(words.texts["ui"]["simulated_long"] in " ".join(row) for row in rows)
    assert f"<b>{len(raw)}</b>" in page and f"<b>{len(raw)}</b>" in text


def test_simulated_conversations_are_in_no_real_figure(simulated):
    _, database, words = simulated
    assert not Figures(Reader(database, words.groups), View(HALF)).table("conversations").total


def test_the_wilson_interval_is_the_published_one():
    rate = wilson(8, 10)  # 0.4902 to 0.9433: Wilson 1927, as computed by statsmodels
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.4902, 0.9433)
