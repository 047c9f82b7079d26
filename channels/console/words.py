"""What does the console say under this key?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "texts.da.yml"


class Words:
    """The console's Danish texts, in groups. Read once at the start."""

    def __init__(self, groups: Mapping[str, Mapping[str, str]], aliases: tuple[str, ...]):
        self._groups, self._aliases = groups, aliases

    @classmethod
    def load(cls, file: Path = FILE) -> Words:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        return cls(data, tuple(data.pop("aliases").split()))

    def group(self, name: str) -> Mapping[str, str]:
        """All texts of a group, by key."""
        return self._groups[name]

    def say(self, group: str, key: str, **fill: str) -> str:
        """One text. Raises KeyError for one that is not written."""
        return self._groups[group][key].format_map(fill) if fill else self._groups[group][key]

    def error(self, reason: str) -> str:
        """Why something was refused; a reason without a text of its own gets the general one."""
        errors = self._groups["errors"]
        return errors.get(reason) or errors["server"]

    def label(self, group: str, key: str | None) -> str | None:
        """The word for a code of the data; the code itself when nobody has named it yet."""
        return self._groups[group].get(key, key) if key else None

    def alias(self, conversation: str) -> str:
        """A name by which counsellors can speak of a nameless visitor; always the same for a conversation."""
        return f"{self._aliases[int(conversation[:6], 16) % len(self._aliases)]} {conversation[-2:]}"
