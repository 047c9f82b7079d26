"""Which words of a message tell who somebody is, and how does it read without them?

Masked: CPR numbers and what looks like one; dates of birth that are told as such; telephone numbers (Danish in any
spacing, foreign with a code); e-mail, also spelled out; street addresses with a number or a postcode; links to
profiles; user names and handles; full names; names introduced by "jeg hedder", "min datter", "min lærer" and the
like, also a single one; a name under a letter; a named school and the class told with it; number plates; accounts.

Not masked: a first name that stands alone ("Freja siger"); an age, a date of something else, a class without its
school, a town, a postcode with a town alone, a workplace, a sports club; public lines (112, 116 111, the catalogue's);
people whom everybody knows; an unknown name in lower case that nothing introduces; a number written in words.
A message in which nothing was found comes back as it was, byte for byte.
"""
from collections.abc import Iterable
from dataclasses import dataclass

from nlu.personal.lexicon import Span, patterns
from nlu.personal.names import find_names
from nlu.personal.numbers import find_numbers
from nlu.personal.online import find_online
from nlu.personal.places import find_places


@dataclass(frozen=True)
class Redaction:
    """A message without what identifies a person, and the kinds of what was masked, in the order of the text."""

    text: str
    masked: tuple[str, ...] = ()


def redact(text: str) -> Redaction:
    """The message with a placeholder for each piece that identifies a person; pure, in milliseconds."""
    kept = _without_overlap((*find_online(text), *find_numbers(text), *find_places(text), *find_names(text)))
    if not kept:
        return Redaction(text)
    words = patterns()["placeholders"]
    pieces, position = [], 0
    for span in kept:
        pieces += [text[position : span.start], words[span.kind]]
        position = span.end
    return Redaction("".join(pieces) + text[position:], tuple(span.kind for span in kept))


def _without_overlap(found: Iterable[Span]) -> list[Span]:
    """In the order of the text; of two that overlap the one found first stays and grows over the other."""
    kept: list[Span] = []
    for span in found:
        touching = [other for other in kept if span.start < other.end and other.start < span.end]
        for other in touching:
            kept.remove(other)
        kind = touching[0].kind if touching else span.kind
        kept.append(Span(min(s.start for s in (span, *touching)), max(s.end for s in (span, *touching)), kind))
    return sorted(kept)
