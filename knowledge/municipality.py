"""What differs from one municipality to the next?"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml

from knowledge.hours import BadHours, Hours

DATA = Path(__file__).parent / "data"
NATIONAL = "national"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEEDED = ("id", "name", "region", "names", "colours", "counsellor_hours", "crisis", "underretning", "retention")
_CRISIS = ("alarm", "police", "doctor", "child_line", "suicide_line", "violence_line")


class BadMunicipality(ValueError):
    """A municipality.yml that cannot be used; the message names the file and the field."""


@dataclass(frozen=True)
class Municipality:
    """The settings of one municipality. What is not known yet is None and is never made up."""

    id: str
    name: str
    short_name: str
    region: str
    default: bool
    language: str
    names: Mapping[str, str]
    colours: Mapping[str, str]
    counsellor_hours: Hours | None
    hours_confirmed: bool               # False: the rota is an example; promise nothing from it
    crisis: Mapping[str, str]           # alarm, police, doctor, child_line, suicide_line ... -> offer id
    underretning: Mapping[str, object]  # for the staff; `paragraph` stays None until it was checked by a lawyer
    teams: tuple[Mapping[str, str], ...]
    retention_robot_hours: int
    retention_handover_days: int
    free: bool | None
    quick_exit_url: str
    settings: Mapping[str, object] = field(repr=False)  # the whole file

    @property
    def statement_url(self) -> str | None:
        """Where the accessibility statement lies; None until somebody has said it."""
        url = (self.settings.get("accessibility") or {}).get("statement_url")
        return url if str(url).startswith("https://") else None

    @classmethod
    def parse(cls, data: Mapping, where: str = "municipality.yml") -> Municipality:
        """Raises BadMunicipality."""
        missing = [key for key in _NEEDED if not data.get(key)]
        if missing:
            raise BadMunicipality(f"{where}: missing {', '.join(missing)}")
        if not _ID.fullmatch(str(data["id"])) or data["id"] in (NATIONAL, "texts"):
            raise BadMunicipality(f"{where}: id: {data['id']!r} is not a usable id")
        lacking = [key for key in _CRISIS if not data["crisis"].get(key)]
        if lacking:
            raise BadMunicipality(f"{where}: crisis: missing {', '.join(lacking)}")
        try:
            hours = Hours.parse(data["counsellor_hours"].get("hours"))
        except BadHours as error:
            raise BadMunicipality(f"{where}: counsellor_hours: {error}") from error
        retention = data["retention"]
        robot, days = int(retention.get("robot_hours", 24)), int(retention.get("handover_days", 30))
        if not (0 < robot <= 24 and 0 < days <= 30):
            raise BadMunicipality(f"{where}: retention: at most 24 hours and 30 days")
        return cls(
            id=data["id"], name=data["name"], short_name=data.get("short_name", data["name"]), region=data["region"],
            default=bool(data.get("default")), language=data.get("language", "da"),
            names=MappingProxyType(dict(data["names"])), colours=MappingProxyType(dict(data["colours"])),
            counsellor_hours=hours, hours_confirmed=data["counsellor_hours"].get("confirmed") is True,
            crisis=MappingProxyType(dict(data["crisis"])), underretning=MappingProxyType(dict(data["underretning"])),
            teams=tuple(MappingProxyType(dict(team)) for team in data.get("teams", ())),
            retention_robot_hours=robot, retention_handover_days=days,
            free=(data.get("price") or {}).get("free"),
            quick_exit_url=(data.get("quick_exit") or {}).get("url") or "about:blank",
            settings=MappingProxyType(dict(data)))


@lru_cache(maxsize=64)
def load(municipality_id: str, directory: Path = DATA) -> Municipality:
    """The municipality of that folder. Raises BadMunicipality, also for an id that has no folder."""
    path = directory / municipality_id / "municipality.yml"
    if not _ID.fullmatch(municipality_id) or not path.is_file():
        raise BadMunicipality(f"no municipality {municipality_id!r}; known: {', '.join(all_ids(directory))}")
    found = Municipality.parse(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, str(path.relative_to(directory)))
    if found.id != municipality_id:
        raise BadMunicipality(f"{municipality_id}/municipality.yml: id: is {found.id!r}, the folder's name is expected")
    return found


def all_ids(directory: Path = DATA) -> tuple[str, ...]:
    """Every folder with a municipality.yml, the default one first."""
    ids = sorted(path.parent.name for path in directory.glob("*/municipality.yml"))
    return tuple(sorted(ids, key=lambda i: not _is_default(directory, i)))


def default_id(directory: Path = DATA) -> str:
    """The municipality for those who did not choose one."""
    return all_ids(directory)[0]


@lru_cache(maxsize=64)
def _is_default(directory: Path, municipality_id: str) -> bool:
    text = (directory / municipality_id / "municipality.yml").read_text(encoding="utf-8")
    return bool((yaml.safe_load(text) or {}).get("default"))
