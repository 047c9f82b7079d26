"""Are search, routing and import fast enough with 5,000 offers?

Run as `python -m benchmarks.catalogue [offers]`. The last line is one JSON object of figures.
"""
from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge import datafiles, exporter, importer, meaning, search
from knowledge.catalogue import Catalogue
from knowledge.checking import parse
from knowledge.hours import COPENHAGEN
from knowledge.offer import Offer
from knowledge.routing import Need, suggest
from knowledge.store import Store
from knowledge.vocabulary import TOPICS

OFFERS = 5000
MOMENTS = (datetime(2026, 11, 26, 14, 0, tzinfo=COPENHAGEN), datetime(2026, 12, 25, 2, 30, tzinfo=COPENHAGEN))
ROUNDS = 400
# Single words, whole sentences, compounds, misspellings, plain letters: as people search. Data for the benchmark.
QUERIES = Path(__file__).with_name("queries.txt")


def many_offers(count: int, chance: random.Random) -> list[Offer]:
    """The real offers over and over, with words mixed between them, so that no two texts are the same."""
    seed = [offer for offer in datafiles.read().offers if offer.status == "published"]
    words = sorted({word for offer in seed for word in offer.description.split()})
    made = []
    for number in range(count):
        model = chance.choice(seed)
        text = f"{model.description} {' '.join(chance.sample(words, 12))}"
        made.append(parse(model.as_data() | {
            "id": f"maalt-{number}", "name": f"{model.name} {chance.choice(words)} {number}", "description": text,
            "topics": list(dict.fromkeys([*model.topics, *chance.sample(sorted(TOPICS), 1)]))}))
    return seed + made


def needs(chance: random.Random) -> Iterable[Need]:
    """Of every kind that the robot asks with."""
    for _ in range(ROUNDS):
        yield Need(
            topics=tuple(chance.sample(sorted(TOPICS), chance.choice((1, 1, 2)))),
            municipality=chance.choice(("hedensted", "norddjurs")), now=chance.choice(MOMENTS),
            risk=chance.choices(("ingen", "bekymring", "hoej", "akut"), (2, 5, 2, 1))[0],
            audience=chance.choices(("ung", "foraelder", "fagperson", "ukendt"), (6, 2, 1, 1))[0],
            age=chance.choice((None, 13, 16, 22)), anonymous=chance.random() < 0.2,
            not_for_me=chance.choice(((), (), ("no_groups",))))


def p95_ms(name: str, calls: Iterable[Callable[[], object]]) -> dict[str, float]:
    """What 95 of 100 calls stay under, in milliseconds: by the clock, and of processor time (for a busy machine)."""
    wall, work = [], []
    for call in calls:
        start, busy = time.perf_counter(), time.process_time()
        call()
        wall.append((time.perf_counter() - start) * 1000)
        work.append((time.process_time() - busy) * 1000)
    at = int(len(wall) * 0.95)
    return {f"{name}_p95_ms": round(sorted(wall)[at], 2), f"{name}_cpu_p95_ms": round(sorted(work)[at], 2)}


def measure(count: int, folder: Path) -> dict[str, object]:
    """Imports that many offers from a CSV file, then searches and routes among them."""
    chance = random.Random(20261126)
    made = many_offers(count, chance)
    store = Store(folder / "store.sqlite", folder / "catalogue.sqlite")
    store.change({o.id: o for o in datafiles.read().offers}, "system", "seed", MOMENTS[0])
    catalogue = Catalogue.open(folder / "catalogue.sqlite")
    figures: dict[str, object] = {"offers": count}
    for form in ("csv", "xlsx"):
        exporter.write(made, folder / f"in.{form}", form, MOMENTS[0])
    start = time.perf_counter()
    importer.plan(store, folder / "in.xlsx", "boernebasen")
    figures["xlsx_dry_run_s"] = round(time.perf_counter() - start, 2)
    start = time.perf_counter()
    importer.apply(store, importer.plan(store, folder / "in.csv", "boernebasen"), MOMENTS[0])
    assert len(catalogue.snapshot().offers) >= count  # served means that a reader sees it
    figures["import_s"] = round(time.perf_counter() - start, 2)

    figures |= _search(catalogue, chance)
    asked = list(needs(chance))
    for moment in MOMENTS:  # the first question of a day prepares the day
        for place in ("hedensted", "norddjurs"):
            for audience in ("ung", "fagperson"):
                suggest(catalogue, Need(("angst",), place, moment, audience=audience))
    figures |= p95_ms("route", (lambda need=need: suggest(catalogue, need) for need in asked))
    return figures


def _search(catalogue: Catalogue, chance: random.Random) -> dict[str, object]:
    queries = [line for line in QUERIES.read_text(encoding="utf-8").splitlines() if line]
    state = catalogue.snapshot()
    with_meaning = meaning.available()
    if with_meaning:
        _give_vectors(state)
    search.find(catalogue, queries[0], "hedensted", MOMENTS[0])

    def calls(use_meaning: bool):
        for _ in range(ROUNDS):
            words = chance.choice(queries)
            meaning.query.cache_clear()  # every question is a new one
            yield lambda words=words: search.find(catalogue, words, "hedensted", MOMENTS[0], use_meaning=use_meaning)

    return {**p95_ms("search", calls(with_meaning)), **p95_ms("search_words_only", calls(False)),
            "search_with_meaning": with_meaning}


def _give_vectors(state) -> None:
    """As many vectors as there are offers; random ones, since making real ones takes minutes and measures nothing."""
    import numpy

    made = numpy.random.default_rng(1).standard_normal((len(state.offers), meaning.DIMENSIONS))
    rows = [(n, str(n), row.astype(numpy.float16).tobytes()) for n, row in enumerate(made)]
    state.connection.execute("delete from vectors")
    state.connection.executemany("insert into vectors (position, key, vector) values (?, ?, ?)", rows)
    state.__dict__.pop("index", None)


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else OFFERS
    with TemporaryDirectory() as folder:
        print(json.dumps(measure(count, Path(folder))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
