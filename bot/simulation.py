"""Which parts does a simulation run on, and where do its counts go?"""

from __future__ import annotations

import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot import migrations, statistics_tables
from bot.accounts import Accounts
from bot.crypto import Box
from bot.database import Database
from bot.desk import Desk
from bot.figure_words import FigureWords
from bot.figure_words import texts as figure_texts
from bot.gateway import Gateway
from bot.hub import Hub
from bot.parts import Parts
from bot.presence import Presence
from bot.robot import Robot
from bot.settings import Settings
from bot.simulate import Clock, Simulation, visits
from bot.statistics import Statistics
from bot.store import Store
from bot.texts import Texts
from bot.watch import Watch
from knowledge.catalogue import Catalogue
from knowledge.hours import COPENHAGEN
from nlu import training_data
from nlu.safety import Safety

FOLDER = "simulation"
PLACES = {"hedensted": 78, "norddjurs": 22}
COUNTED = ("anonym_ungesamtale", "diamantforloeb", "angstgruppe", "sorggruppe", "foraeldrekontakten")


@dataclass(frozen=True)
class Done:
    """What was simulated."""

    visits: int
    deleted: int
    first: date
    last: date
    statistics: str


def url(settings: Settings) -> str:
    """Where the counts of simulations are, apart from everything else."""
    return f"sqlite:///{settings.data / FOLDER / 'statistics.sqlite'}"


@contextlib.asynccontextmanager
async def opened(settings: Settings, folder: Path, robot: Robot, safety: Safety, texts: Texts, start: date,
                 rng: random.Random, statistics_url: str | None = None) -> AsyncIterator[Simulation]:
    """A house of its own in that folder, ended and its conversations forgotten with the block."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    here = replace(settings, data_dir=str(folder), database_url="", burst_seconds=0.0, max_messages_per_minute=1000)
    Path(here.database.removeprefix("sqlite:///")).unlink(missing_ok=True)
    database = Database(here.database)
    counts = Database(statistics_url or f"sqlite:///{folder / 'statistics.sqlite'}")
    for made in (database, counts):  # synthetic: a power cut may lose it
        sa.event.listen(made.engine, "connect", lambda connection, _: connection.execute("pragma synchronous=off"))
    migrations.upgrade(database)
    clock = Clock(datetime.combine(start, datetime.min.time(), COPENHAGEN))
    store = Store(database, Box.from_file(here.key_file), timedelta(hours=24), timedelta(days=30))
    parts = Parts(here, store, texts, safety, robot, Hub(), Presence(timedelta(seconds=45)),
                  Statistics(counts, simulated=True), clock, rng)
    accounts = Accounts(database, timedelta(hours=1))
    counsellor = accounts.get(accounts.create("simulation", figure_texts()["simulation"]["counsellor"], "raadgiver",
                                              f"{rng.getrandbits(96):024x}"))
    gateway = Gateway(parts)
    try:
        yield Simulation(gateway, Desk(parts), Watch(store, parts.statistics), clock, counsellor, rng)
    finally:
        await gateway.aclose()
        database.close()
        counts.close()
        for name in ("indgang.sqlite", "indgang.sqlite-wal", "indgang.sqlite-shm"):
            (folder / name).unlink(missing_ok=True)


async def run(settings: Settings, robot: Robot, catalogue: Catalogue, *, start: date, weeks: int, count: int,
              seed: int, statistics_url: str | None = None, told=None, seen=None,
              folder: Path | None = None, safety: Safety | None = None) -> Done:
    """Simulate; what was simulated before in the same place is replaced."""
    rng, folder = random.Random(seed), folder or settings.data / FOLDER
    places = {p: n for p, n in PLACES.items() if p in {m.id for m in catalogue.municipalities()}}
    planned = visits(training_data.load(), start, weeks, count, places or {settings.municipality: 1}, rng)
    async with opened(settings, folder, robot, safety or Safety.load(), Texts.load(), start, rng,
                      statistics_url) as simulation:
        _forget(simulation.gateway.parts.statistics.database)
        simulation.seen = seen
        await simulation.run(planned, told)
        _count_offers(simulation.gateway.parts.statistics.database, catalogue, start, weeks, rng)
        return Done(len(planned), simulation.deleted, start, start + timedelta(weeks=weeks),
                    simulation.gateway.parts.statistics.database.url)


def _forget(database: Database) -> None:
    with database.write() as connection:
        for table in (statistics_tables.events, statistics_tables.offer_counts):
            connection.execute(table.delete().where(table.c.simulated.is_(True)))


def _count_offers(database: Database, catalogue: Catalogue, start: date, weeks: int, rng: random.Random) -> None:
    """Monthly counts such as the staff of an offer would enter."""
    months = sorted({f"{start + timedelta(days=d):%Y-%m}" for d in range(0, weeks * 7, 7)})
    kinds = {o.id: o for place in catalogue.municipalities() for o in catalogue.offers(place.id)
             if o.kind in COUNTED and o.municipality == place.id}
    assert set(kinds) <= set(FigureWords(catalogue).names)
    with database.write() as connection:
        for offer in kinds.values():
            for month in months:
                asked, starts = rng.randint(4, 24), rng.randint(2, 12)
                before = round(rng.uniform(24, 38), 1)
                connection.execute(statistics_tables.offer_counts.insert().values(
                    offer=offer.id, month=month, municipality=offer.municipality, enquiries=asked, starts=starts,
                    waiting=rng.randint(0, 9), completed=rng.randint(0, starts), scored=rng.randint(5, 12),
                    scale="who-5", before_mean=before, after_mean=round(before + rng.uniform(4, 20), 1),
                    simulated=True))
