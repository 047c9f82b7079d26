"""Where does a report find its counts, its names, and its own name?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot import report, simulation
from bot.counts_read import Reader
from bot.database import Database
from bot.figure_words import FigureWords
from bot.figures import View
from bot.offer_counts import OfferCounts
from bot.periods import Period
from bot.settings import SettingError, Settings
from bot.statistics_migrations import upgrade
from knowledge import municipality as municipalities
from knowledge.catalogue import Catalogue, NoCatalogue

KEPT_SECONDS = 60


@dataclass(frozen=True)
class Reporting:
    """The figures of one database of counts. `simulated` is what of it is shown."""

    database: Database
    words: FigureWords
    reader: Reader
    simulated: bool

    @classmethod
    def on(cls, database: Database, settings: Settings, simulated: bool) -> Reporting:
        """On a database that is open already."""
        try:
            words = FigureWords(Catalogue.open(settings.catalogue))
        except NoCatalogue:
            words = FigureWords()
        return cls(database, words, Reader(database, words.groups, KEPT_SECONDS), simulated)

    @classmethod
    def of(cls, settings: Settings, simulated: bool = False) -> Reporting:
        """Of an installation. Simulated visitors have a database apart, else stand marked in the common one.
        Raises SettingError when nothing was simulated."""
        apart = settings.data / simulation.FOLDER / "statistics.sqlite"
        database = Database(simulation.url(settings) if simulated and apart.exists() else settings.statistics)
        upgrade(database)
        made = cls.on(database, settings, simulated)
        if simulated and not made.reader.months(True):
            database.close()
            raise SettingError("nothing is simulated yet: run `indgang simulate`")
        return made

    def close(self) -> None:
        self.database.close()

    def places(self) -> tuple[str, ...]:
        return tuple(municipalities.all_ids())

    def make(self, period: Period, place: str | None, made: date) -> report.Report:
        filters = (("municipality", place),) if place else ()
        return self.of_view(View(period, filters, self.simulated), made)

    def of_view(self, view: View, made: date) -> report.Report:
        return report.make(self.reader, self.words, OfferCounts(self.database, self.simulated), view, made)

    @staticmethod
    def as_file(made: report.Report, form: str) -> bytes:
        return report.as_file(made, form)

    def name(self, period: Period, place: str | None, form: str) -> str:
        """The name of the file, which says where, when, and whether it is simulated."""
        where = place or "alle"
        span = period.first if period.first == period.last else f"{period.first}--{period.last}"
        return f"indgang-{where}-{span}{'-simuleret' if self.simulated else ''}.{form}"
