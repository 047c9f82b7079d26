"""How fast are dashboard and report with many conversations? (python -m benchmarks.report)

The last line is one JSON object. Conversations and the events around them are made by chance and written straight
into a database of their own: reading and reporting are measured, not the talking.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.database import Database
from bot.facts import AGE_BANDS
from bot.reporting import Reporting
from bot.settings import load
from bot.statistics import SERVED, counted
from bot.statistics_migrations import upgrade
from bot.statistics_tables import by_chance, events
from knowledge.hours import COPENHAGEN
from nlu.vocabulary import TOPICS

HOURS = (2, 1, 1, 0, 0, 0, 1, 3, 4, 4, 5, 5, 6, 5, 7, 8, 8, 8, 9, 11, 12, 12, 9, 5)


def made(count: int, offers: list[str], rng: random.Random, start: date = date(2026, 1, 1), days: int = 181):
    """The rows of so many conversations, with what was shown, chosen, refused and missing in them."""
    liked = {t: [rng.uniform(.2, 1)] + rng.sample(offers, 6) for t in TOPICS}
    bands = [name for _, _, name in AGE_BANDS]
    for _ in range(count):
        topic = rng.choices(TOPICS, range(len(TOPICS) + 4, 4, -1))[0]
        at = datetime.combine(start + timedelta(days=rng.randrange(days)), datetime.min.time(), COPENHAGEN).replace(
            hour=rng.choices(range(24), HOURS)[0])
        facts = {"topics": [topic],
                 "audience": rng.choices(("ung", "foraelder", "fagperson", "ukendt"), (60, 22, 5, 13))[0],
                 "age_band": rng.choices((*bands, None), (3, 18, 24, 20, 12, 3, 20))[0]}
        base = dict(now=at, municipality=rng.choices(("hedensted", "norddjurs"), (78, 22))[0], facts=facts,
                    channel=rng.choices(("web", "sms", "telegram"), (70, 22, 8))[0],
                    danger=rng.choices(("ingen", "bekymring", "hoej", "akut"), (20, 66, 11, 3))[0])
        served = rng.choices(SERVED, (62, 24, 9, 5))[0]
        wait = int(rng.expovariate(1 / 9)) if served == "counsellor" else None
        yield counted("conversation", detail=served, minutes=wait, duration=rng.randrange(2, 60), **base)
        for offer in rng.sample(liked[topic][1:], 3):
            yield counted("offer_shown", offer=offer, **base)
        if rng.random() < .4:
            yield counted("offer_chosen", offer=rng.choice(liked[topic][1:5]), **base)
        elif rng.random() < .4:
            yield counted("offer_refused", offer=rng.choice(liked[topic][1:]),
                          detail=rng.choice(("too_far", "no_groups", "tried", None)), **base)
        if rng.random() < .12:
            yield counted("unmet", detail=rng.choice(("no_match", "nothing_open")), **base)
        if served == "left_queue":
            yield counted("queue_left", **base)
        if rng.random() < .06:
            yield counted("not_understood", **base)
        if served == "counsellor":
            yield counted("form", detail=rng.choice(("talked", "offer", "again", "urgent")), **base)
            yield counted("helped", detail=rng.choices(("yes", "some", "no"), (6, 3, 1))[0], **base)
            yield counted("come_again", detail=rng.choices(("yes", "no"), (8, 2))[0], **base)
        if rng.random() < .02:
            mark = rng.choices(("right", "missed", "false_alarm"), (90, 3, 7))[0]
            yield counted("marked_danger", detail=mark, **base)
            yield counted("marked_routing", detail=rng.choices(("right", "wrong"), (85, 15))[0], **base)


def fill(database: Database, rows) -> int:
    upgrade(database)
    total, batch = 0, []
    with database.write() as connection:
        for row in rows:
            batch.append(row | {"id": by_chance(), "simulated": True})
            if len(batch) == 5000:
                connection.execute(events.insert(), batch)
                total, batch = total + len(batch), []
        if batch:
            connection.execute(events.insert(), batch)
    return total + len(batch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=20)
    given = parser.parse_args()
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'statistics.sqlite'}")
        offers = sorted(Reporting.on(database, load(), True).words.names)
        started = time.perf_counter()
        written = fill(database, made(given.conversations, offers, rng))
        print(f"{written} events written in {time.perf_counter() - started:.1f} s")
        print(json.dumps({"conversations": given.conversations, **measured(database, given.pages, rng)}))
        database.close()


def measured(database: Database, pages: int, rng: random.Random) -> dict:
    """Seconds of a whole report (HTML and PDF) from nothing kept; the 95th percentile of dashboards with filters."""
    from bot.periods import Period
    from channels.console.statistics import dashboard_html
    period = Period("2026-01", "2026-06")
    started = time.perf_counter()
    reporting = Reporting.on(database, load(), True)
    report = reporting.make(period, "hedensted", date(2026, 7, 1))
    made_s = time.perf_counter() - started
    reporting.as_file(report, "html")
    html_s = time.perf_counter() - started
    reporting.as_file(report, "pdf")
    report_s = time.perf_counter() - started
    times = []
    for number in range(pages):
        filters = [(), (("channel", "sms"),), (("municipality", "norddjurs"),), (("audience", "ung"),)][number % 4]
        months = rng.choice([("2026-01", "2026-06"), ("2026-01", "2026-03"), ("2026-05", "2026-05")])
        begun = time.perf_counter()
        dashboard_html(reporting, Period(*months), filters)
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return {"report_s": round(report_s, 2), "figures_s": round(made_s, 2), "html_s": round(html_s, 2),
            "dashboard_p95_ms": round(times[min(len(times) - 1, int(len(times) * .95))]),
            "dashboard_median_ms": round(times[len(times) // 2])}


if __name__ == "__main__":
    main()
