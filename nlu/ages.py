"""How old is the writer, and how old is the child that the writer asks about?"""

import re
from dataclasses import dataclass

from nlu.normalise import letters
from nlu.vocabulary import ADULTS

_WORDS = ("nul en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten "
          "tyve enogtyve toogtyve treogtyve fireogtyve femogtyve")
_NUMBERS = {word: number for number, word in enumerate(_WORDS.split())}
_NUMBER = "(" + "|".join([r"\d{1,2}", *(word for word, number in _NUMBERS.items() if number >= 2)]) + ")"
_CHILD = ("(?:soen|soens|datter|datters|dreng|pige|barn|boern|knaegt|tvillinger|teenager|stedsoen|steddatter|papsoen|"
          "papdatter|barnebarn|elev|son|daughter|kid|child|lillebror|lillesoester|storebror|storesoester|bror|soester|"
          "ven|veninde|kammerat|kaereste)")
_NO_AGE = r"(?! (?:kg|kilo|timer|dage|cm|minutter|kr|procent|uger|maaneder|gange|min|venner))"
_AM = r"(?:er|fylder|bliver|er lige blevet|er lige fyldt|er en \w+ paa|er jo|er kun|er faktisk|er snart)"
_OF_CHILD = [re.compile(pattern) for pattern in (
    rf"\b{_CHILD}(?: \w+)?,?(?: som| der)?,? (?:er|paa|fylder|is)(?: lige| snart| kun| blevet)* {_NUMBER}\b{_NO_AGE}",
    rf"\b(?:min|vores|en|hans|hendes|my) {_NUMBER}[- ]?aarige?s?\b",
    rf"\b{_NUMBER}[- ]?aars? (?:gamle? )?{_CHILD}\b",
    rf"\b{_CHILD} \(?{_NUMBER}(?: aar|\))",
)]
# "jeg er en dreng på 17" is about the writer, though a boy is a child.
_SURELY_OF_WRITER = [re.compile(pattern) for pattern in (
    rf"\bjeg er en \w+ paa {_NUMBER}\b", rf"(?:^|[.,!] ?)(?:pige|dreng|fyr|kvinde)[ ,/]*(?:paa )?{_NUMBER}\b{_NO_AGE}")]
_OF_WRITER = [re.compile(pattern) for pattern in (
    rf"\bjeg {_AM}(?: kun| \w+ paa)? {_NUMBER}\b{_NO_AGE}",
    rf"\b(?:i am|i'm|im|i m) {_NUMBER}\b",
    rf"\b(?:pige|dreng|fyr|kvinde|m|f|k)[ /]?(?:paa )?{_NUMBER}\b{_NO_AGE}",
    rf"^{_NUMBER}(?: aar)?[.!]?$", rf"^(?:(?:og|er|fylder|snart|kun) )+{_NUMBER}\b{_NO_AGE}",
    rf"\b{_NUMBER} aar gammel\b",
    rf"\b(?:som|er en?) {_NUMBER}[- ]?aarig\b",
    rf"\ber {_NUMBER} aar\b",
)]


@dataclass(frozen=True)
class Ages:
    """Years; None where nothing is said."""

    writer: int | None = None
    child: int | None = None


def _first(patterns: list[re.Pattern], text: str) -> tuple[int | None, str]:
    for pattern in patterns:
        found = pattern.search(text)
        if found:
            word = found.group(1)
            years = int(word) if word.isdigit() else _NUMBERS[word]
            return years, text[:found.start()] + " " + text[found.end():]
    return None, text


def ages(text: str, audience: str = "ung") -> Ages:
    """Ages between 1 and 99 that the text states; a parent's "han er 15" is the child's."""
    plain = letters(text)
    writer, rest = _first(_SURELY_OF_WRITER, plain)
    child, rest = _first(_OF_CHILD, rest)
    if writer is None:
        writer, _ = _first(_OF_WRITER, rest)
    if audience in ADULTS and child is None and writer is None:
        child, _ = _first([re.compile(rf"\b(?:han|hun|den|de) er (?:lige )?(?:blevet )?{_NUMBER}\b"),
                           re.compile(rf"\b{_NUMBER} aar\b")], plain)
    if audience in ADULTS and writer is not None and writer < 20 and child is None:
        writer, child = None, writer
    return Ages(writer if writer and 5 <= writer <= 99 else None, child if child is not None and child <= 30 else None)
