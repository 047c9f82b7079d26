"""The command `indgang texts`: lint, export, import."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.text_sheet import BadSheet, export, import_sheet, words


def register(commands) -> None:
    """Add `texts` to the parser of `indgang`."""
    texts = commands.add_parser("texts", help="check the robot's texts, or edit them as a sheet")
    moves = texts.add_subparsers(dest="move", required=True)
    moves.add_parser("lint", help="is every text one that we want said?").set_defaults(run=lint)
    out = moves.add_parser("export", help="all texts as a sheet (XLSX)")
    out.add_argument("file", type=Path)
    out.set_defaults(run=write)
    back = moves.add_parser("import", help="take a changed sheet over, after checking every row")
    back.add_argument("file", type=Path)
    back.set_defaults(run=take)


def lint(_given) -> int:
    """Exit status 1 when something is wrong; each line says what would be right."""
    from bot import text_lint
    faults = text_lint.lint()
    for fault in faults:
        print(fault)
    if not faults:
        print(words()["clean"].format(count=sum(1 for _ in text_lint.read())))
    return 1 if faults else 0


def write(given) -> int:
    print(words()["exported"].format(count=export(given.file), file=given.file.name))
    return 0


def take(given) -> int:
    """Exit status 1 and nothing written when a row is wrong."""
    try:
        changed = import_sheet(given.file)
    except BadSheet as bad:
        print("\n".join(bad.faults), file=sys.stderr)
        return 1
    print(words()["done"].format(count=changed) if changed else words()["none"])
    return 0
