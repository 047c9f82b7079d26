"""How do social workers edit the texts without Git: as a sheet, out and in again?

Import checks every row first and writes nothing unless all are right; comments and order of the YAML files stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.text_lint import PLACEHOLDER, check_text, read, rules
from bot.texts import RESPONSES

WORDS = Path(__file__).with_name("text_sheet.yml")
COLUMNS = ("key", "variant", "text", "buttons", "purpose", "review")
WIDTHS = (34, 8, 90, 50, 46, 12)
BUTTON = re.compile(r"(.+?) -> (/\S+)\Z")


class BadSheet(ValueError):
    """The sheet cannot be imported. `faults` are Danish sentences, one a row that is wrong; nothing was written."""

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(faults))
        self.faults = faults


def words() -> dict:
    return yaml.safe_load(WORDS.read_text(encoding="utf-8"))


def rows(folder: Path = RESPONSES) -> Iterator[tuple]:
    """One row a variant, in the order of the files."""
    for _, key, variants in read(folder):
        for number, variant in enumerate(variants, 1):
            meta = variant.get("metadata") or {}
            yield (key, number, variant["text"].strip(), _joined(variant.get("buttons") or ()),
                   meta.get("purpose", ""), meta.get("review", ""))


def export(target: Path, folder: Path = RESPONSES) -> int:
    """Write the sheet; returns the number of rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = words()["title"]
    sheet.append([words()["columns"][name] for name in COLUMNS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows(folder):
        sheet.append(row)
    for letter, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.data_type = "n" if isinstance(cell.value, int) else "s"  # a text that begins with "=" is no formula
    sheet.freeze_panes = "C2"
    book.save(target)
    return sheet.max_row - 1


def import_sheet(source: Path, folder: Path = RESPONSES) -> int:
    """Take over what was changed; returns how many variants changed. Raises BadSheet and writes nothing when a row is
    wrong. New variants are rows with the next number; a key cannot be invented, and rows left out stay as they are."""
    new = _checked(source, folder)
    editor = YAML()
    editor.preserve_quotes, editor.width = True, 120
    editor.indent(mapping=2, sequence=2, offset=0)
    changed, written = 0, {}
    for path in sorted(folder.rglob("*.yml")):
        document = editor.load(path.read_text(encoding="utf-8"))
        here = sum(_take(document["responses"][key], number, row)
                   for (key, number), row in new.items() if key in document["responses"])
        if here:
            changed, written[path] = changed + here, document
    for path, document in written.items():
        beside = path.with_suffix(".yml.new")
        with beside.open("w", encoding="utf-8") as file:
            editor.dump(document, file)
        beside.replace(path)
    return changed


def _checked(source: Path, folder: Path) -> dict[tuple[str, int], dict]:
    said, known = words()["faults"], rules()
    counts, filled = {}, {}
    for _, key, variants in read(folder):
        counts[key] = len(variants)
        filled[key] = set(PLACEHOLDER.findall(" ".join(v["text"] for v in variants)))
    try:
        sheet = load_workbook(source, read_only=True, data_only=True).active
        given = list(sheet.iter_rows(values_only=True))
    except Exception as error:  # openpyxl raises many kinds for what is no workbook
        raise BadSheet([said["no_sheet"]]) from error
    titles = {words()["columns"][name]: name for name in COLUMNS}
    header = [titles.get(str(title or "").strip()) for title in (given[0] if given else ())]
    if set(COLUMNS) - set(header):
        raise BadSheet([said["columns"].format(columns=", ".join(titles))])
    new, faults = {}, []
    for at, cells in enumerate(given[1:], 2):
        row = {name: str(value if value is not None else "").strip()
               for name, value in zip(header, cells, strict=False) if name}
        if not any(row.values()):
            continue
        wrong = list(_faults(row, counts, filled, known, said, new))
        faults += [said["row"].format(row=at, key=row["key"], problem=problem) for problem in wrong]
        if not wrong:
            new[row["key"], int(row["variant"])] = row
    if faults:
        raise BadSheet(faults)
    return new


def _faults(row: dict, counts: dict, filled: dict, known: dict, said: dict, new: dict) -> Iterator[str]:
    key = row["key"]
    if key not in counts:
        yield said["unknown_key"]
        return
    if not row["variant"].isdigit() or int(row["variant"]) < 1:
        yield said["variant"]
    elif int(row["variant"]) > counts[key] + 1 and (key, int(row["variant"]) - 1) not in new:
        yield said["gap"].format(next=counts[key] + 1)
    elif (key, int(row["variant"])) in new:
        yield said["twice"]
    for problem in check_text(key, row["text"], known):
        yield said["text"].format(problem=problem)
    for name in set(PLACEHOLDER.findall(row["text"])) - filled[key]:
        yield said["placeholder"].format(name=name)
    if any(not BUTTON.match(line) for line in row["buttons"].splitlines() if line.strip()):
        yield said["buttons"]
    if not row["purpose"]:
        yield said["purpose"]
    if row["review"] not in known["review"]:
        yield said["review"].format(review=", ".join(known["review"]))


def _take(variants: list, number: int, row: dict) -> int:
    """Put one row into its variant; 1 when something changed."""
    buttons = [dict(zip(("title", "payload"), BUTTON.match(line.strip()).groups(), strict=True))
               for line in row["buttons"].splitlines() if line.strip()]
    meta = {"purpose": row["purpose"], "review": row["review"]}
    if number > len(variants):
        fresh = {"text": LiteralScalarString(row["text"])} | ({"buttons": buttons} if buttons else {})
        variants.append(fresh | {"metadata": meta})
        return 1
    variant = variants[number - 1]
    before = (variant["text"].strip(), _joined(variant.get("buttons") or ()), dict(variant.get("metadata") or {}))
    if before == (row["text"], _joined(buttons), meta):
        return 0
    if before[0] != row["text"]:
        variant["text"] = LiteralScalarString(row["text"])
    if before[1] != _joined(buttons):
        variant["buttons"] = buttons
    variant["metadata"].update(meta)
    return 1


def _joined(buttons) -> str:
    return "\n".join(f"{button['title']} -> {button['payload']}" for button in buttons)
