"""What stands in the data folder, read and checked?"""
from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from knowledge.checking import InvalidOffer, parse
from knowledge.municipality import DATA, NATIONAL, all_ids, load
from knowledge.offer import Offer
from knowledge.vocabulary import AUDIENCES, KINDS, TOPICS

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadData(ValueError):
    """The data folder cannot be used; the message names file, offer and field."""


@dataclass(frozen=True)
class Seed:
    """Everything a catalogue is built from."""

    offers: tuple[Offer, ...]
    municipalities: tuple[str, ...]
    settings: Mapping[str, Mapping]   # municipality id -> its municipality.yml
    texts: Mapping[str, Mapping]      # name of the file in texts/ -> its contents
    routing: Mapping


def read_yaml(path: Path):
    """The YAML of a file. Raises BadData with the file's name."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadData(f"{path.name}: {error}") from error


def read_texts(directory: Path = DATA) -> dict[str, Mapping]:
    """Every file of texts/ by its name."""
    return {path.stem: read_yaml(path) or {} for path in sorted((directory / "texts").glob("*.yml"))}


def fingerprint(directory: Path = DATA) -> str:
    """Changes when any file of the folder does."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*.yml")):
        digest.update(str(path.relative_to(directory)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def read(directory: Path = DATA) -> Seed:
    """All offers, texts and settings; raises BadData or BadMunicipality, never returns half of it."""
    frame = read_frame(directory)
    offers = [offer for folder in (*frame.municipalities, NATIONAL)
              for offer in _offers(directory / folder / "offers.yml", folder)]
    ids = [offer.id for offer in offers]
    twice = sorted({offer_id for offer_id in ids if ids.count(offer_id) > 1})
    if twice:
        raise BadData(f"two offers have the id {', '.join(twice)}")
    for municipality_id in frame.municipalities:
        for name, offer_id in load(municipality_id, directory).crisis.items():
            if offer_id not in ids:
                raise BadData(f"{municipality_id}/municipality.yml: crisis: {name}: no offer {offer_id}")
    return replace(frame, offers=tuple(offers))


def read_frame(directory: Path = DATA) -> Seed:
    """Everything but the offers, for a catalogue whose offers come from elsewhere. Raises as `read` does."""
    ids = all_ids(directory)
    routing = read_yaml(directory / "routing.yml")
    check_routing(routing)
    settings = {i: dict(load(i, directory).settings) for i in ids}
    return Seed((), ids, settings, read_texts(directory), routing)


def _offers(path: Path, folder: str) -> list[Offer]:
    if not path.exists():
        return []
    found = []
    for number, data in enumerate(read_yaml(path) or [], start=1):
        try:
            offer = parse(data)
        except InvalidOffer as error:
            name = data.get("id", f"number {number}") if isinstance(data, Mapping) else f"number {number}"
            raise BadData(f"{folder}/offers.yml: {name}: {error}") from error
        if offer.municipality != folder:
            raise BadData(f"{folder}/offers.yml: {offer.id}: municipality is {offer.municipality}")
        found.append(offer)
    return found


def check_routing(routing: Mapping) -> None:
    """Raises BadData when the table names a topic, an audience or a kind that does not exist."""
    def kinds(where: str, values) -> None:
        wrong = set(values) - KINDS
        if wrong:
            raise BadData(f"routing.yml: {where}: unknown kinds {sorted(wrong)}")

    for audience in ("ung", "foraelder", "fagperson"):
        kinds(f"broad.{audience}", routing["broad"][audience])
        for topic, row in (routing.get(audience) or {}).items():
            if topic not in TOPICS:
                raise BadData(f"routing.yml: {audience}: unknown topic {topic}")
            kinds(f"{audience}.{topic}", row)
        for level in ("akut", "hoej"):
            for danger, row in routing["danger"][level][audience].items():
                kinds(f"danger.{level}.{audience}.{danger}", row)
    kinds("topic_bound", routing["topic_bound"])
    if wrong := set(routing["duty_topics"]) - TOPICS:
        raise BadData(f"routing.yml: duty_topics: unknown topics {sorted(wrong)}")
    kinds("groups", routing["groups"])
    if not {"ung", "foraelder", "fagperson"} <= AUDIENCES:
        raise BadData("routing.yml: audiences")
