"""What do those who run an offer tell about a month, and is it told correctly?

Counts of a whole offer in a whole month, by its own staff, in a form or a file. Checked row by row like the
catalogue's import: everything that is wrong is told, and nothing is written before all is right.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa

from bot.database import Database
from bot.statistics import WALLED
from bot.statistics_tables import offer_counts

NUMBERS = ("enquiries", "starts", "waiting", "completed")
SCALE = ("scale", "before_mean", "after_mean", "scored")
COLUMNS = ("offer", "month", *NUMBERS, *SCALE)
MOST_ROWS, MOST_BYTES = 2000, 1_000_000
_SCALE_WORD = re.compile(r"[a-z0-9æøå]+(-[a-z0-9æøå]+)*")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row (1 is the first below the heading; 0 the file itself)."""

    row: int
    code: str
    value: str = ""
    right: str = ""

    def told(self, texts: Mapping) -> str:
        said = texts["faults"][self.code].format(value=self.value, right=self.right)
        return texts["row"].format(row=self.row, told=said) if self.row else said


class BadCounts(ValueError):
    """Nothing was taken over; `faults` has everything that is wrong."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.row}: {f.code}" for f in self.faults))


@dataclass(frozen=True)
class Month:
    """One month of one offer. None: not told."""

    offer: str
    month: str
    enquiries: int | None = None
    starts: int | None = None
    waiting: int | None = None
    completed: int | None = None
    scale: str | None = None
    before_mean: float | None = None
    after_mean: float | None = None
    scored: int | None = None


def check(rows: Iterable[Mapping[str, object]], offers: Mapping[str, str], today: date) -> list[Month]:
    """The rows as months. `offers` are the ids that may be told about. Raises BadCounts with every fault."""
    found, faults, seen = [], [], set()
    for number, row in enumerate(rows, 1):
        given = {k: str(row.get(k) if row.get(k) is not None else "").strip() for k in COLUMNS}
        wrong = [*_place(number, given, offers, today), *_numbers(number, given), *_scale(number, given)]
        key = (given["offer"], given["month"])
        if key in seen:
            wrong.append(Fault(number, "twice", given["offer"]))
        seen.add(key)
        if not any(given[name] for name in (*NUMBERS, *SCALE)):
            wrong.append(Fault(number, "empty"))
        faults += wrong
        if not wrong:
            found.append(Month(given["offer"], given["month"], **{n: _whole(given[n]) for n in (*NUMBERS, "scored")},
                               scale=given["scale"].lower() or None, before_mean=_real(given["before_mean"]),
                               after_mean=_real(given["after_mean"])))
    if not found and not faults:
        faults.append(Fault(0, "no_rows"))
    if faults:
        raise BadCounts(faults)
    return found


def _place(row: int, given: Mapping[str, str], offers: Mapping[str, str], today: date) -> list[Fault]:
    offer, month, faults = given["offer"], given["month"], []
    if WALLED.search(offer.lower()):
        faults.append(Fault(row, "walled", offer))
    elif offer not in offers:
        faults.append(Fault(row, "unknown_offer", offer))
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        faults.append(Fault(row, "no_month", month))
    elif month > f"{today:%Y-%m}":
        faults.append(Fault(row, "future", month))
    return faults


def _numbers(row: int, given: Mapping[str, str]) -> list[Fault]:
    return [Fault(row, "no_number", given[name]) for name in (*NUMBERS, "scored")
            if given[name] and not re.fullmatch(r"[0-9]{1,5}", given[name], re.ASCII)]


def _scale(row: int, given: Mapping[str, str]) -> list[Fault]:
    faults = []
    if len({bool(given[name]) for name in SCALE}) > 1:
        faults.append(Fault(row, "scale_alone"))
    if given["scale"] and (len(given["scale"]) > 31 or not _SCALE_WORD.fullmatch(given["scale"].lower())):
        faults.append(Fault(row, "scale_word", given["scale"]))
    for name in ("before_mean", "after_mean"):
        if given[name] and not re.fullmatch(r"-?[0-9]{1,4}([.,][0-9]{1,4})?", given[name], re.ASCII):
            faults.append(Fault(row, "no_mean", given[name]))
    return faults


def _whole(value: str) -> int | None:
    return int(value) if value else None


def _real(value: str) -> float | None:
    return float(value.replace(",", ".")) if value else None


def read_file(name: str, data: bytes, headings: Mapping[str, str]) -> list[dict]:
    """The rows of a CSV or XLSX file by column; headings may be the codes or their Danish names. Raises BadCounts."""
    if len(data) > MOST_BYTES:
        raise BadCounts([Fault(0, "too_many")])
    try:
        lines = _xlsx(data) if data[:2] == b"PK" or name.lower().endswith(".xlsx") else _csv(data)
    except Exception as error:  # whatever a spreadsheet's reader raises for what is none
        raise BadCounts([Fault(0, "unreadable")]) from error
    lines = [line for line in lines if any(str(v or "").strip() for v in line)]
    if not lines:
        raise BadCounts([Fault(0, "no_rows")])
    if len(lines) > MOST_ROWS + 1:
        raise BadCounts([Fault(0, "too_many")])
    codes = {told.lower(): code for code, told in headings.items()} | {code: code for code in COLUMNS}
    names = [str(v or "").strip().lower() for v in lines[0]]
    unknown = [n for n in names if n and n not in codes]
    missing = [c for c in ("offer", "month") if c not in {codes.get(n) for n in names}]
    if unknown or missing:
        raise BadCounts([*(Fault(0, "unknown_column", n, ", ".join(COLUMNS)) for n in unknown),
                         *(Fault(0, "missing_column", c) for c in missing)])
    return [{codes[n]: value for n, value in zip(names, line, strict=False) if n} for line in lines[1:]]


def _csv(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8-sig")
    head = text.split("\n", 1)[0]
    return list(csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","))


def _xlsx(data: bytes) -> list[list]:
    import openpyxl
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
    return [[f"{v:%Y-%m}" if hasattr(v, "strftime") else int(v) if isinstance(v, float) and v.is_integer() else v
             for v in row] for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=20, values_only=True)]


class OfferCounts:
    """The told months of one database."""

    def __init__(self, database: Database, simulated: bool = False):
        self._database, self._simulated = database, simulated

    def write(self, months: Iterable[Month], places: Mapping[str, str]) -> int:
        """Each month replaces what was told of it before. `places`: the municipality of each offer."""
        t, count = offer_counts.c, 0
        with self._database.write() as connection:
            for month in months:
                connection.execute(offer_counts.delete().where(
                    t.offer == month.offer, t.month == month.month, t.simulated.is_(self._simulated)))
                connection.execute(offer_counts.insert().values(
                    **asdict(month), municipality=places[month.offer], simulated=self._simulated))
                count += 1
        return count

    def read(self, first: str, last: str, municipality: str | None = None) -> list[Month]:
        """What was told of the months from first to last, by offer and month."""
        t = offer_counts.c
        query = sa.select(offer_counts).where(t.month.between(first, last), t.simulated.is_(self._simulated))
        if municipality:
            query = query.where(t.municipality == municipality)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(t.offer, t.month)).mappings().all()
        return [Month(**{name: row[name] for name in COLUMNS}) for row in rows]
