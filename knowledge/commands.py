"""What can be done with the catalogue from the command line?"""
from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tqdm import tqdm

from knowledge import datafiles, exporter, freshness, importer, meaning, search, wording
from knowledge.catalogue import STORE_NAME, Catalogue, NoCatalogue
from knowledge.hours import COPENHAGEN
from knowledge.mapping import ColumnMap
from knowledge.municipality import DATA, default_id
from knowledge.store import IMPORT, Conflict, Store, UnknownOffer
from knowledge.tables import BadFile

ROOT = Path(__file__).resolve().parent.parent
OK, FAULTS = 0, 1


def register(subparsers, home: Path | None = None) -> None:
    """Adds `catalogue build|import|export|stale|rollback|search`. Each parsed command has `run(arguments) -> status`.

    `home` is the folder of the working store and the served file; else INDGANG_DATA_DIR, else `var` in the root.
    """
    home = home or ROOT / os.environ.get("INDGANG_DATA_DIR", "var")
    group = subparsers.add_parser("catalogue", help="build, import, export and check the catalogue of offers")
    group.add_argument("--store", type=Path, default=home / STORE_NAME, help="the working store")
    group.add_argument("--served", type=Path, default=home / "catalogue.sqlite", help="the file the robot reads")
    commands = group.add_subparsers(dest="catalogue_command", required=True)

    build = _add(commands, "build", run_build, "build the served file from data files and earlier edits")
    build.add_argument("--no-meaning", action="store_true", help="do not compute vectors for semantic search")
    take = _add(commands, "import", run_import, "take offers from a file; one error and nothing is written")
    take.add_argument("file", type=Path)
    take.add_argument("--from", dest="source", choices=importer.SOURCES, required=True)
    take.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
    take.add_argument("--complete", action="store_true", help="the file is all there is: withdraw what it lacks")
    take.add_argument("--municipality", help="whose offers they are, when the file does not say")
    take.add_argument("--mapping", default="boernebasen", help="a file of knowledge/data/mappings")
    take.add_argument("--no-meaning", action="store_true", help="do not compute vectors for semantic search")
    give = _add(commands, "export", run_export, "write all offers to a file that can be imported again")
    give.add_argument("file", type=Path)
    give.add_argument("--as", dest="form", choices=exporter.FORMATS, help="else by the file's ending")
    give.add_argument("--public", action="store_true", help="only what anybody may see")
    _add(commands, "stale", run_stale, "list what must be confirmed, by who keeps it")
    back = _add(commands, "rollback", run_rollback, "undo one change or import")
    back.add_argument("batch", type=int, nargs="?", help="its number; without it the latest are listed")
    look = _add(commands, "search", run_search, "search as on the public page")
    look.add_argument("words", nargs="*")
    look.add_argument("--municipality", default=None)


def _add(commands, name: str, run: Callable, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _messages() -> dict:
    return datafiles.read_texts(DATA)["messages"]


def _now() -> datetime:
    return datetime.now(COPENHAGEN)


def _store(arguments) -> Store:
    store = Store(arguments.store, arguments.served)
    store.seed(_now())
    return store


def _vectors(store: Store, wanted: bool, said: dict) -> None:
    """The slow part comes last: the catalogue is already served, and search by meaning is added when it is done."""
    if not wanted or not meaning.available():
        return
    with tqdm(total=len(store.offers()), desc=said["vectors"], unit="", leave=False) as bar:
        store.serve(embed=True, progress=bar.update)


def run_build(arguments) -> int:
    said, store = _messages()["said"], _store(arguments)
    path = store.serve()
    _vectors(store, not arguments.no_meaning, said)
    print(said["built"].format(count=sum(o.status == "published" for o in store.offers()), path=path))
    return OK


def run_import(arguments) -> int:
    messages, store = _messages(), _store(arguments)
    said = messages["said"]
    if not arguments.file.is_file():
        print(said["no_file"].format(path=arguments.file))
        return FAULTS
    try:
        with tqdm(desc=said["reading"], unit="", leave=False) as bar:
            made = importer.plan(store, arguments.file, arguments.source, complete=arguments.complete,
                                 municipality=arguments.municipality, mapping=arguments.mapping, progress=bar.update)
    except importer.BadImport as error:
        for fault in error.faults:
            print(fault.told(messages))
        print(said["errors"].format(count=len(error.faults)))
        return FAULTS
    _tell(made, said, ColumnMap.load(arguments.mapping).written)
    if arguments.dry_run:
        print(said["dry"])
        return OK
    written = importer.apply(store, made, _now(), IMPORT)
    if not written:
        print(said["nothing"])
        return OK
    print(said["imported"].format(batch=written[0].batch))
    _vectors(store, not arguments.no_meaning, said)
    return OK


def _tell(made: importer.Plan, said: dict, names: dict[str, str]) -> None:
    for offer in made.added:
        print(said["added"].format(id=offer.id, name=offer.name))
    for offer, fields in made.changed:
        print(said["changed"].format(id=offer.id, name=offer.name))
        for field, (old, new) in fields.items():
            empty = said["empty"]
            print(said["field"].format(field=names.get(field, field), old=empty if old is None else old,
                                       new=empty if new is None else new))
    for offer in made.withdrawn:
        print(said["withdrawn"].format(id=offer.id, name=offer.name))
    if made.ignored:
        print(said["ignored"].format(columns="; ".join(made.ignored)))
    print(said["clean"].format(added=len(made.added), changed=len(made.changed), withdrawn=len(made.withdrawn),
                               same=made.same))


def run_export(arguments) -> int:
    messages, store = _messages(), _store(arguments)
    form = arguments.form or arguments.file.suffix.removeprefix(".").casefold()
    offers = exporter.public(store.offers(), _now()) if arguments.public else store.offers()
    try:
        count = exporter.write(offers, arguments.file, form, _now())
    except BadFile as error:
        print(messages[error.code].format(value=error.value, right=error.right))
        return FAULTS
    print(messages["said"]["exported"].format(count=count, path=arguments.file))
    return OK


def run_stale(arguments) -> int:
    """Status 1 when something must be confirmed, so that a job can send a mail."""
    said = _messages()["said"]
    groups = freshness.by_keeper(freshness.old(_store(arguments).offers(), _now().date()))
    for keeper, items in groups.items():
        print(said["keeper"].format(keeper=keeper, count=len(items)))
        for item in items:
            print(said[item.reason].format(id=item.offer.id, name=item.offer.name, days=item.days))
    if not groups:
        print(said["none_stale"])
    return FAULTS if groups else OK


def run_rollback(arguments) -> int:
    said, store = _messages()["said"], _store(arguments)
    try:
        if arguments.batch is not None:
            undone = store.rollback(arguments.batch, "administrator", _now())
            print(said["rolled_back"].format(batch=arguments.batch, count=len(undone)))
            return OK
    except Conflict as error:
        print(said["conflict"].format(batch=arguments.batch, ids=", ".join(error.ids)))
        return FAULTS
    except UnknownOffer:
        print(said["no_batch"].format(batch=arguments.batch))
    for batch, changes in store.batches():
        print(said["batch"].format(batch=batch, at=changes[0].at[:16].replace("T", " "), role=changes[0].role,
                                   action=changes[0].action, count=len(changes)))
    return OK if arguments.batch is None else FAULTS


def run_search(arguments) -> int:
    said = _messages()["said"]
    try:
        catalogue = Catalogue.open(arguments.served)
    except NoCatalogue:
        print(said["no_file"].format(path=arguments.served))
        return FAULTS
    place, texts = arguments.municipality or default_id(), catalogue.snapshot().texts
    found = search.find(catalogue, " ".join(arguments.words), place, _now())
    for offer in found:
        print(said["hit"].format(id=offer.id, name=offer.name, reach=wording.reach(texts, offer, _now())))
    if not found:
        print(said["no_hits"])
    return OK
