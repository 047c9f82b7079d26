"""What does the robot say under this key?

Texts are Rasa responses in `bot/domain/responses/*.yml`, so the same sentence serves Rasa and what must work
without it. Read once at the start: a file that goes missing later cannot silence the crisis reply.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from pathlib import Path

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RESPONSES = Path(__file__).resolve().parent / "domain" / "responses"


def plain_payload(payload: str) -> str:
    """Rasa's interpolation wants braces doubled in its files; a button carries them single."""
    return payload.replace("{{", "{").replace("}}", "}")


class TextMissing(KeyError):
    """There is no text under that key, or it has a placeholder that was not filled."""


class Texts:
    """All texts by key; each key has one or more variants with buttons."""

    def __init__(self, responses: dict[str, list[dict]]):
        self._responses = responses

    @classmethod
    def load(cls, folder: Path = RESPONSES) -> Texts:
        responses: dict[str, list[dict]] = {}
        for path in sorted(folder.rglob("*.yml")):
            found = (yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER) or {}).get("responses", {})
            twice = set(found) & set(responses)
            if twice:
                raise ValueError(f"{path.name}: defined elsewhere too: {', '.join(sorted(twice))}")
            responses.update(found)
        return cls(responses)

    def __contains__(self, key: str) -> bool:
        return key in self._responses

    def keys(self) -> list[str]:
        return list(self._responses)

    def say(self, key: str, rng: random.Random | None = None, avoid: Collection[str] = (), **fill: str) -> dict:
        """One line to send, as {"key", "text", "buttons"}; a variant by chance when a generator is given, and one
        that is not among the texts to avoid as long as there is another. Raises TextMissing."""
        try:
            variants = self._responses[key]
        except KeyError as error:
            raise TextMissing(key) from error
        try:
            texts = [variant["text"].strip().format_map(fill) for variant in variants]
        except KeyError as error:
            raise TextMissing(f"{key}: nothing to put in for {error}") from error
        new = [n for n, text in enumerate(texts) if text not in avoid] or list(range(len(texts)))
        chosen = rng.choice(new) if rng else new[0]
        buttons = [{"title": b["title"], "payload": plain_payload(b["payload"])}
                   for b in variants[chosen].get("buttons", ())]
        return {"key": key, "text": texts[chosen], "buttons": buttons}

    def plain(self, key: str, **fill: str) -> str:
        return self.say(key, **fill)["text"]
