"""Is every text of the robot one that we want said, and is every key that is used there?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.settings import ROOT
from bot.texts import LOADER, RESPONSES

RULES = Path(__file__).with_name("text_rules.yml")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
PLACEHOLDER = re.compile(r"{(\w+)}")
KEY = re.compile(r"utter_[a-z0-9_]+")
CODE = ("bot", "actions", "channels")
LONG_WORD = 6  # a word of more letters counts as long in LIX
AUDIENCES = ("_foraelder", "_fagperson", "_ven", "_en", "_ukendt")


@dataclass(frozen=True)
class Fault:
    """What is wrong with which text, and what would be right."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def rules() -> dict:
    return yaml.load(RULES.read_text(encoding="utf-8"), Loader=LOADER)


def lix(text: str) -> float:
    """Words a sentence plus the share of words over six letters in per cent (Björnsson 1968). 0 without words.

    A line break ends a sentence, and so does a colon before a list.
    """
    text = PLACEHOLDER.sub("ord", text)
    words = WORD.findall(text)
    sentences = [s for s in re.split(r"[.!?:]+|\n+", text) if WORD.search(s)]
    if not words:
        return 0.0
    return len(words) / len(sentences) + 100 * sum(len(word) > LONG_WORD for word in words) / len(words)


def read(folder: Path = RESPONSES) -> Iterator[tuple[Path, str, list[dict]]]:
    """Every key with its file and its variants, in the order of the files."""
    for path in sorted(folder.rglob("*.yml")):
        for key, variants in (yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER) or {})["responses"].items():
            yield path, key, variants


def check_text(key: str, text: str, known: dict) -> Iterator[str]:
    """What is wrong with one wording, in words for whoever reads the linter's output."""
    paragraphs = len(re.split(r"\n\s*\n", text.strip()))
    if not text.strip():
        yield "is empty"
    if paragraphs > known["most_paragraphs"]:
        yield f"{paragraphs} paragraphs; at most {known['most_paragraphs']}"
    for name in PLACEHOLDER.findall(text):
        if name not in known["placeholders"]:
            yield f"nothing fills {{{name}}}"
    if is_foreign(key, known):
        return
    if (measured := lix(text)) > known["most_lix"]:
        yield f"LIX {measured:.0f}; at most {known['most_lix']}: shorter sentences or shorter words"
    for phrase in known["forbidden"]:
        if phrase.casefold() in text.casefold():
            yield f"says “{phrase}”, which we do not say (docs/ordliste.md)"
    for number in re.findall(r"\d[\d ]*\d", text):
        if number.replace(" ", "") not in known["numbers_allowed"]:
            yield f"a number of its own, {number}: numbers come in as {{lines}}"


def is_foreign(key: str, known: dict) -> bool:
    """Whether the text is in another language than Danish."""
    return any(key.endswith(mark) if mark.startswith("_") else key.startswith(mark)
               for mark in known["other_languages"])


def needed_variants(key: str, known: dict) -> int:
    if is_foreign(key, known):
        return 1
    fitting = [start for start in known["variants"] if key.startswith(start)]
    least = known["variants"][max(fitting, key=len)] if fitting else 1
    return min(least, 2) if key.endswith(AUDIENCES) and not key.startswith("utter_hear_") else least


def used_keys(root: Path = ROOT) -> tuple[set[str], set[str]]:
    """Keys that stand whole in code and rules, and beginnings that code puts together."""
    whole, beginnings = set(), set()
    for room in CODE:
        for path in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                    beginnings |= set(re.findall(r"^utter_[a-z_]*", str(node.values[0].value)))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                    whole.add(node.value)
    for path in (root / "bot" / "rules").glob("*.yml"):
        whole |= set(KEY.findall(path.read_text(encoding="utf-8")))
    return whole, beginnings


def lint(folder: Path = RESPONSES, root: Path = ROOT) -> list[Fault]:
    """Everything that is wrong, in the order of the files; empty when all is well."""
    known, faults, keys = rules(), [], {}
    for path, key, variants in read(folder):
        place = f"{path.name}: {key}"
        if key in keys:
            faults.append(Fault(place, f"is in {keys[key]} too"))
        keys[key] = path.name
        faults += check_variants(place, key, variants, known)
    return faults + check_use(keys, *used_keys(root))


def check_variants(place: str, key: str, variants: list[dict], known: dict) -> Iterator[Fault]:
    if len(variants) < (least := needed_variants(key, known)):
        yield Fault(place, f"{len(variants)} variants; needs {least}")
    said = [variant.get("text", "").strip() for variant in variants]
    if len(set(said)) < len(said):
        yield Fault(place, "two variants are the same")
    for number, (variant, text) in enumerate(zip(variants, said, strict=True), 1):
        meta = variant.get("metadata") or {}
        problems = list(check_text(key, text, known))
        if not meta.get("purpose"):
            problems.append("no purpose in its metadata")
        if meta.get("review") not in known["review"]:
            problems.append(f"review is one of {', '.join(known['review'])}")
        yield from (Fault(f"{place} [{number}]", problem) for problem in problems)


def check_use(keys: dict[str, str], whole: set[str], beginnings: Iterable[str]) -> list[Fault]:
    """Keys that are used and missing, and texts that nothing says."""
    faults = [Fault(key, "is used in code and has no text") for key in sorted(whole - set(keys) - {"utter_message"})
              if not any(other.startswith(key) for other in keys)]
    starts = tuple(b for b in beginnings if b != "utter_")
    intents = set(yaml.load((ROOT / "bot/domain/domain.yml").read_text(encoding="utf-8"), Loader=LOADER)["intents"])
    for key, name in keys.items():
        plain = re.sub(f"({'|'.join(AUDIENCES)})+$", "", key)
        known = {key, plain} & whole or plain.removeprefix("utter_") in intents or key.startswith(starts)
        # "utter_hear_en" stands in for all that begins so; "utter_after_offers_ven" is the tone of a plain key.
        if not known and not any(other.startswith(f"{plain}_") for other in whole):
            faults.append(Fault(f"{name}: {key}", "nothing says it"))
    return faults
