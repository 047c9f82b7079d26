"""Where does somebody live or go to school, told so that a stranger could stand there?"""
import re
from collections.abc import Iterator

from nlu.personal.lexicon import Span, any_of, case_is_useless, common_words, compiled, first_names, spans, towns

STRONG = any_of("street_strong")
WEAK = any_of("street_weak")
NOT_STREET = compiled(any_of("not_street"))
NOT_NUMBER_NAME = compiled(any_of("not_number_name"))
UNIT = compiled(rf"\s?(?:{any_of('unit')}|{any_of('unit_of_streets')})(?!\w)")
LETTERS = r"[^\W\d_]"
POSTCODE = rf"(?:\s*,?\s*(?:DK-?)?\d{{4}}\s{LETTERS}[\w.]+(?:\s(?:[A-ZÆØÅ]\w*|Å|by))?)"
FLOOR = rf"(?:\s*,?\s*(?:nr\.? )?{any_of('floor')}\.?(?:\s*,?\s*{any_of('door')}(?!\w)\.?)?(?!\w))"
FLOORS = compiled(rf"{FLOOR}(?<=[a-zæøå.\d])")
HOUSE = r"(?:nr\.?\s?|nummer\s)?\d{1,3}(?:\s?[a-h](?!\w))?(?![\d%:]|[.,]\d)"
# The words before the ending that belong to the street: "H.C. Andersens", "Gl.", "Nordre".
LEAD = rf"(?:(?-i:[A-ZÆØÅ])[\w.'-]*\s|{any_of('street_lead')}\s){{0,3}}"
STREET = compiled(
    rf"(?<![\w@])(?P<lead>{LEAD})(?P<street>(?:{LETTERS}[\w'.-]{{0,30}}?)?(?P<ending>{STRONG}|{WEAK})(?:ens|ets)?)"
    rf"(?P<gap>\s?,?\s{{0,2}})(?P<house>{HOUSE})")
STREET_AND_POSTCODE = compiled(
    rf"(?<![\w@])(?P<lead>{LEAD})(?P<street>{LETTERS}[\w'.-]{{0,30}}(?:{STRONG}|{WEAK}))(?P<post>\s*,?\s*(?:i\s"
    rf"|på\s)?{POSTCODE})")
SPLIT_STREET = re.compile(rf"(?<!\w)(?:[A-ZÆØÅ][\w.'-]*\s){{1,3}}(?i:{STRONG}|{WEAK})(?:\s?,?\s)(?:{HOUSE})")
DWELLING = compiled(
    rf"(?<!\w){any_of('dwelling')}(?!\w)\W{{0,3}}(?:{any_of('dwelling_filler')}\s){{0,3}}(?P<place>"
    rf"(?P<street>{LETTERS}[\w'-]{{3,}}(?:\s{LETTERS}[\w'-]{{3,}})?)\s(?P<house>{HOUSE}))")
# "Bakkedraget 7, 1. tv": a floor and a door make a street of any capital word.
WITH_DOOR = re.compile(
    rf"(?<!\w)(?:[A-ZÆØÅ][\w'.-]+\s){{1,3}}(?i:{HOUSE})\s*,\s*(?i:\d{{1,2}}|st|kl)\.?\s*,?\s*(?i:sal\s*,?\s*)?"
    r"(?i:tv|th|mf)(?!\w)\.?")
BARE_POSTCODE = re.compile(r"\s*,\s*\d{4}(?!\d)")
ENGLISH_STREET = re.compile(rf"(?<!\w)\d{{1,4}} (?:[A-Z]\w+ ){{1,3}}{any_of('english_street')}(?!\w)", re.IGNORECASE)

CLASS = (
    r"(?:\d{1,2}\s?\.?\s?(?:klasse|kl\.?|[a-zæøå](?!\w)|g(?!\w)|årgang)|\d{1,2}\s?\.\s?[a-zæøå]{1,2}(?!\w))"
    r"(?:\s?[a-zæøå](?!\w))?")
KIND = compiled(rf"(?:{any_of('school_kinds')})s?")
HEAD = any_of("school_heads")
COMPOUND_SCHOOL = compiled(rf"(?<!\w)(?P<school>(?P<stem>{LETTERS}[\w'-]{{2,}}?){any_of('school_endings')}s?)(?!\w)")
CAPITAL_SCHOOL = re.compile(
    rf"(?<!\w)(?P<school>(?:(?:Sct|Skt|St|Gl|Ndr|Sdr)\.?\s|H\.?\s?C\.?\s)?[A-ZÆØÅ][\w'-]+(?:\s(?:[A-ZÆØÅ][\w'-]+|og"
    rf"|af))?\s(?i:{HEAD})s?)(?!\w)")
LOWER_SCHOOL = compiled(
    rf"(?<!\w){any_of('school_at')}\s(?P<school>(?P<stem>{LETTERS}{{3,}}(?:\s{LETTERS}{{3,}})?)\s{HEAD})(?!\w)")
WITH_CLASS = compiled(rf"(?P<klasse>{CLASS})\s{any_of('school_at')}\s$")
TOWN_BEFORE = re.compile(r"(?<!\w)[A-ZÆØÅ][\w-]+\s$")
ATTENDS = compiled(rf"(?<!\w){any_of('attends')}(?!\w).{{0,25}}$")
PUBLIC = compiled(any_of("public_schools"))
ANY_CLASS = compiled(r"(?<![\w.])\d{1,2}\s?\.?\s?(?:klasse\s)?[a-zæøå](?!\w)|(?<![\w.])\d{1,2}\.\s?klasse(?!\w)")


def find_places(text: str) -> Iterator[Span]:
    """Addresses, then named schools together with the class."""
    yield from _addresses(text)
    yield from _schools(text)


def _addresses(text: str) -> Iterator[Span]:
    if not any(char.isdigit() for char in text):
        return
    for match in STREET_AND_POSTCODE.finditer(text):
        if not NOT_STREET.fullmatch(match["street"]) and match["street"].lower() not in common_words():
            yield Span(match.start(), match.end(), "adresse")
    for match in STREET.finditer(text):
        end = _address_end(text, match.end())
        if _is_street(match, text, end):
            yield Span(match.start(), end, "adresse")
    for match in SPLIT_STREET.finditer(text):
        if not UNIT.match(text, match.end()):
            yield Span(match.start(), _address_end(text, match.end()), "adresse")
    for match in DWELLING.finditer(text):
        words = match["street"].lower().split()
        strange = words[-1] not in common_words() and words[-1] not in first_names()
        if strange and not NOT_NUMBER_NAME.fullmatch(words[-1]) and not UNIT.match(text, match.end()):
            cut = len(match["street"]) - len(words[-1]) if words[0] in common_words() and len(words) > 1 else 0
            yield Span(match.start("place") + cut, _address_end(text, match.end()), "adresse")
    for pattern in (WITH_DOOR, ENGLISH_STREET):
        yield from spans(pattern.finditer(text), "adresse")


def _address_end(text: str, end: int) -> int:
    """Past floor, door, postcode and town, as far as they are written."""
    for pattern in (FLOORS, compiled(POSTCODE), BARE_POSTCODE):
        further = pattern.match(text, end)
        end = further.end() if further else end
    return end


def _is_street(match: re.Match[str], text: str, end: int) -> bool:
    street, house_end = match["street"], match.end()
    led = bool(match["lead"].strip())
    if NOT_STREET.fullmatch(street) and not led or NOT_NUMBER_NAME.fullmatch(street):
        return False
    stem = street[: -len(match["ending"])]
    more = end > house_end
    if UNIT.match(text, house_end) and not more:
        return False
    bare = len(stem) < 2
    told = re.search(rf"(?<!\w){any_of('dwelling')}\W+(?:\w+\W+){{0,2}}$", text[: match.start()], re.IGNORECASE)
    if bare and not led:
        return bool(more and (told or re.search(r"t[hv]|\d{4}", text[house_end:end])))
    strong = re.fullmatch(STRONG, match["ending"], re.IGNORECASE)
    if led:
        return True
    if street.lower() in common_words():
        return bool(told or more and strong)
    return bool(strong or told or more or street[0].isupper() and not _begins_sentence(text, match.start()))


def _begins_sentence(text: str, start: int) -> bool:
    return re.search(r"(?:^|[.!?\n])\s*$", text[:start]) is not None


def _schools(text: str) -> Iterator[Span]:
    found: list[tuple[int, int]] = []
    has_class, useless_case = ANY_CLASS.search(text), case_is_useless(text)
    for match in CAPITAL_SCHOOL.finditer(text):
        first, rest = match["school"].split(maxsplit=1)
        first, start = first.lower(), match.start("school")
        if first in common_words() and (useless_case or _begins_sentence(text, start)):
            start = match.end("school") - len(rest) if rest[0].isupper() and " " in rest else -1
        # "Freja skolen": a definite school in lower case is nobody's name for it.
        definite = match["school"].endswith(("skolen", "gymnasiet")) and match["school"].split()[-1].islower()
        if start >= 0 and not definite and not KIND.fullmatch(first):
            found.append((start, match.end("school")))
    for match in COMPOUND_SCHOOL.finditer(text):
        stem = match["stem"].lower()
        named = match["school"][0].isupper() or has_class or ATTENDS.search(text[: match.start()])
        if named and not KIND.fullmatch(stem) and match["school"].lower() not in common_words():
            before = TOWN_BEFORE.search(text[: match.start()]) if match["school"][0].isupper() else None
            found.append((before.start() if before else match.start(), match.end()))
    for match in LOWER_SCHOOL.finditer(text):
        last = match["stem"].lower().split()[-1]
        if (last not in common_words() or _is_town_like(last)) and not KIND.fullmatch(last):
            words = match["stem"].split()
            skip = len(words[0]) + 1 if len(words) > 1 and words[0].lower() in common_words() else 0
            found.append((match.start("school") + skip, match.end("school")))
    found = [(start, end) for start, end in found if not PUBLIC.fullmatch(text, start, end)]
    for start, end in found:
        before = WITH_CLASS.search(text[:start])
        yield Span(before.start("klasse") if before else start, end, "skole")
    if found:
        yield from spans(ANY_CLASS.finditer(text), "klasse")


def _is_town_like(word: str) -> bool:
    return word in towns() or word.removesuffix("s") in towns()
