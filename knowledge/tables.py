"""How is a table read from, or written to, a CSV or XLSX file?"""
from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

LARGEST_MB = 50
_MARKS = (";", ",", "\t")
# A cell that begins with one of these is a formula to a spreadsheet; a quote in front of it keeps it text.
_FORMULA = ("=", "+", "-", "@", "'", "\t")


class BadFile(ValueError):
    """A file that is no table; `code`, `value` and `right` make a sentence of texts/messages.yml."""

    def __init__(self, code: str, value: object = "", right: object = "", row: int = 1):
        super().__init__(f"{code}: {value}")
        self.code, self.value, self.right, self.row = code, str(value), str(right), row


@dataclass(frozen=True)
class Table:
    """Headings and rows; `numbers` are the row numbers that a spreadsheet shows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


def check_size(path: Path) -> None:
    """Raises BadFile for an empty or a very large file."""
    size = path.stat().st_size
    if size == 0:
        raise BadFile("empty_file")
    if size > LARGEST_MB * 1024 * 1024:
        raise BadFile("too_large", size // 1024 // 1024, LARGEST_MB)


def read(path: Path) -> Table:
    """By the file's ending: .xlsx, else CSV with comma, semicolon or tab, UTF-8 or Windows-1252. Raises BadFile."""
    check_size(path)
    raw = _read_xlsx(path) if path.suffix.casefold() == ".xlsx" else _read_csv(path)
    filled = [(number, cells) for number, cells in raw if any(cell.strip() for cell in cells)]
    if not filled:
        raise BadFile("empty_file")
    if len(filled) == 1:
        raise BadFile("no_rows")
    (_, headings), *rest = filled
    headings = tuple(heading.strip() for heading in headings)
    width = len(headings)
    for number, cells in rest:
        if any(cell.strip() for cell in cells[width:]):
            raise BadFile("too_many_cells", len(cells), width, number)
    rows = tuple(tuple((*cells, *[""] * width)[:width]) for _, cells in rest)
    return Table(headings, rows, tuple(number for number, _ in rest))


def decode(data: bytes) -> str:
    """UTF-8 with or without a mark, else Windows-1252. Raises BadFile."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise BadFile("not_csv")
        return text
    raise BadFile("wrong_encoding")


def _read_csv(path: Path) -> Iterable[tuple[int, list[str]]]:
    text = decode(path.read_bytes())
    first = text.lstrip("\r\n").split("\n", 1)[0]
    mark = max(_MARKS, key=first.count)
    try:
        return [(number, [_plain(cell) for cell in cells])
                for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), start=1)]
    except csv.Error as error:
        raise BadFile("not_readable", error, "CSV") from error


def _read_xlsx(path: Path) -> Iterable[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [(number, [_cell(value) for value in values])
                for number, values in enumerate(sheet.iter_rows(values_only=True), start=1)]
        book.close()
        return rows
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, EOFError, TypeError,
            AttributeError, SyntaxError) as error:  # openpyxl lets through whatever its parts raise
        raise BadFile("not_readable", type(error).__name__, "XLSX") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("_x005F_", "_")


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """CSV as Danish spreadsheets expect it (semicolon, UTF-8 with mark), or XLSX, by the ending. Raises BadFile."""
    ending = path.suffix.casefold()
    if ending == ".csv":
        with open(path, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
            writer.writerow(headings)
            writer.writerows([_guarded(cell) for cell in row] for row in rows)
        return
    if ending != ".xlsx":
        raise BadFile("unknown_format", ending or path.name, ".csv, .xlsx, .json")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "B2"
    for row in (headings, *rows):
        sheet.append([_text_cell(sheet, cell) for cell in row])
    book.save(path)


def _text_cell(sheet, text: str):
    """A cell that stays text: never a formula, never a number, and no _x0041_ that the reader would unfold."""
    cell = openpyxl.cell.WriteOnlyCell(sheet, text.replace("_x", "_x005F_x") if "_x" in text else text)
    if text:
        cell.data_type = "s"
    return cell
