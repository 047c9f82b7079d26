"""How else could the same message have been written, or buried in a longer one?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from nlu.training_data import Example
from nlu.vocabulary import RISK, UNTROUBLED

_SHORT = {"ikke": ("ik", "ikk", "ikke"), "jeg": ("jg", "jeg", "jeg"), "hvad": ("hva",), "også": ("os",),
          "noget": ("noet", "nåt"), "måske": ("mske", "måsk"), "altså": ("als", "asså"), "selv": ("sel",),
          "det": ("d", "det"), "kan": ("ka",), "skal": ("ska",), "med": ("m", "med"), "mig": ("mi", "mæ"),
          "hvordan": ("hvordan", "hvordn"), "eller": ("el", "ell"), "virkelig": ("virklig", "virkli")}
_SHORT_WORD = re.compile(rf"\b({'|'.join(_SHORT)})\b")
_EMOJI = re.compile("[\U0001F300-\U0001FAFF\u2600-\u27BF\ufe0f]+")
_LIKELY = "etanrsdlioømåk"
_JOINTS = (" ", ". ", "\n", " og ", ", ", " altså ", "... ")
_CALM_LETTER = 420      # characters of a composed letter


@dataclass(frozen=True)
class Sample:
    """What the network is shown: a row, its text as written this time, and what was said before it."""

    row: Example
    text: str
    history: tuple[str, ...] = ()


def noisy(text: str, random: Random) -> str:
    """The text as another hand would type it; the meaning stays."""
    if random.random() > 0.65:
        return text
    if random.random() < 0.35:
        text = re.sub(r"[.,!?;:]", "", text)
    if random.random() < 0.25:
        text = _EMOJI.sub("", text)
    case = random.random()
    if case < 0.35:
        text = text.lower()
    elif case < 0.39:
        text = text.upper()
    if random.random() < 0.15:
        text = text.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    elif random.random() < 0.05:
        text = text.replace("æ", "e").replace("ø", "o").replace("å", "a")
    if random.random() < 0.3:
        text = _SHORT_WORD.sub(lambda word: random.choice(_SHORT[word.group()]) if random.random() < 0.4
                               else word.group(), text)
    if random.random() < 0.35:
        text = _mistyped(text, random)
    return text if text.strip() else "..."


def _mistyped(text: str, random: Random) -> str:
    for _ in range(max(1, int(len(text) * random.choice((0.01, 0.02, 0.04))))):
        if len(text) < 8:
            break
        i, what = random.randrange(1, len(text) - 1), random.random()
        if not text[i].isalpha():
            continue
        if what < 0.4:
            text = text[:i] + text[i + 1:]
        elif what < 0.7:
            text = text[:i] + text[i + 1] + text[i] + text[i + 2:]
        elif what < 0.85:
            text = text[:i] + text[i] + text[i:]
        else:
            text = text[:i] + random.choice(_LIKELY) + text[i + 1:]
    return text


def letter(row: Example, calm: Sequence[Example], random: Random) -> Example:
    """The message among one to four calm ones: the highest risk, all topics. Breaks "long means danger"."""
    parts, topics, risk = [row.text], list(row.topics), row.risk
    for _ in range(random.choice((1, 2, 3, 4))):
        other = random.choice(calm)
        if sum(map(len, parts)) + len(other.text) > _CALM_LETTER:
            break
        parts.insert(random.randrange(len(parts) + 1), other.text)
        risk = max(risk, other.risk, key=RISK.index)
        topics += [topic for topic in other.topics if topic not in topics]
    if len(parts) == 1:
        return row
    troubles = [topic for topic in topics if topic not in UNTROUBLED] or topics[:1]
    text = random.choice(_JOINTS).join(parts)
    if random.random() < 0.2:
        text = "Hej. " + text
    return replace(row, text=text, risk=risk, topics=tuple(troubles[:3]), intent=troubles[0])


def samples(rows: Sequence[Example], random: Random, letters: float = 0.2, earlier: float = 0.06) -> list[Sample]:
    """One sample a row: some as letters, some after earlier messages, most of them with typing noise."""
    calm = [row for row in rows if not row.danger and 15 < len(row.text) < 200 and row.audience == "ung"
            and not row.talk and not row.faq and row.wants_human is False]
    danger = [row for row in rows if row.danger and len(row.text) < 160]
    found = []
    for row in rows:
        history: tuple[str, ...] = ()
        if row.talk in ("farvel", "tak") and danger and random.random() < 0.5:
            # After a message of danger "ok så er det farvel" means more than alone.
            before = random.choice(danger)
            history = (noisy(before.text, random),)
            row = replace(row, risk="hoej", topics=before.topics, intent="andet_fare")
        elif calm and not row.talk and not row.faq and not row.wants_human and random.random() < letters:
            row = letter(row, calm, random)
        elif calm and random.random() < earlier:
            history = tuple(noisy(random.choice(calm).text, random) for _ in range(random.choice((1, 2))))
        found.append(Sample(row, noisy(row.text, random), history))
    return found
