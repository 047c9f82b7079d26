"""Which numbers of a message belong to one person: CPR, date of birth, telephone, account, number plate?"""
import re
from collections.abc import Iterator

from nlu.personal.lexicon import Span, any_of, compiled, entries, spans

DAY = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH = r"(?:0?[1-9]|1[0-2])"
YEAR = r"(?:(?:19|20)?\d\d)"
NAMED_MONTH = any_of("months")
# Between a cue ("født", "tlf") and its number stand at most a few small words, never a sentence's end.
NEAR = r"[^\d\n?!]{0,14}?"

CPR = re.compile(
    r"(?<![\d+])(?P<day>\d\d)(?P<s>[ ./-]?)(?P<month>\d\d)(?P=s)(?P<year>(?:19|20)?\d\d)(?P<dash> ?[-–—./_]? ?)"
    r"(?P<serial>\d{4}|[x*]{4}|\d\d ?\d\d)(?!\d)", re.IGNORECASE)
CPR_TOLD = compiled(rf"(?<!\w){any_of('cpr_cue')}(?!\w)[^\d\n]{{0,25}}(?P<number>\d(?:[ .-]{{0,2}}\d){{3,11}})(?!\d)")
ISO_DATE = r"(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])"
WITH_YEAR = (
    rf"(?:{DAY}\s?[-./ ]\s?{MONTH}\s?[-./ ]\s?{YEAR}|{ISO_DATE}|{DAY}\.?(?:st|nd|rd|th)?\s?"
    rf"(?:of )?{NAMED_MONTH}\.?,?\s?'?{YEAR}"
             rf"|{NAMED_MONTH} {DAY}(?:st|nd|rd|th)?,? {YEAR}|[0-3]\d[01]\d(?:19|20)?\d\d)")
NO_YEAR = (
    rf"(?:{DAY}\s?[/.]\s?{MONTH}|{DAY}\.?(?:st|nd|rd|th)?\s?(?:of )?{NAMED_MONTH}|{NAMED_MONTH} {DAY}(?:st|nd|rd"
    rf"|th)?)")
BORN = compiled(rf"(?<!\w)(?:{any_of('born_cue')}(?!\w){NEAR}|f\.?\s?)(?P<date>{WITH_YEAR})(?![\d\w])")
BEFORE_BORN = compiled(rf"(?P<date>{WITH_YEAR})\W{{1,3}}(?:er |blev )?{any_of('born_cue')}(?!\w)")
BIRTHDAY = compiled(
    rf"(?<!\w){any_of('own_birthday')}(?!\w)(?:(?!kl)[^\d\n?!]){{0,14}}?(?P<date>{NO_YEAR})(?![\d\w]|[.:]\d)")

PHONE = re.compile(
    r"(?<![\d\w])(?<!\d[.,/-])(?P<code>\(?(?:\+|00) ?\d{1,3}\)?[ .-]?(?:\(0\) ?)?)?(?P<number>\d"
    r"(?:[ \t]{0,3}[./–-]?[ \t]{0,2}\d){5,13})(?!\d|[.,]\d|\w)")
PHONE_CUE = compiled(
    rf"(?<!\w){any_of('phone_cue')}(?!\w)[^\d\n]{{0,22}}(?P<number>[+(]{{0,2}}\d(?:[ ()./-]{{0,2}}\d){{5,13}})"
    rf"(?!\d)")
UNIT = compiled(rf"\s?{any_of('unit')}(?!\w)")
CLOCK = re.compile(r"(?:[01]?\d|2[0-4])[.: ][0-5]\d ?[-–/ ] ?(?:[01]?\d|2[0-4])[.: ][0-5]\d")
DATE = re.compile(
    rf"(?:{DAY}[-./ ]{MONTH}[-./ ](?:19|20)\d\d|{ISO_DATE}|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|"
    rf"(?:19|20)\d\d ?[-/ –] ?(?:19|20)\d\d)")

PLATE = re.compile(r"(?<!\w)[A-ZÆØÅ]{2}[ .-]?\d\d[ .]?\d{3}(?![\d\w])")
PLATE_TOLD = compiled(
    rf"(?<!\w){any_of('plate_cue')}(?!\w)[^\d\n]{{0,12}}?(?P<number>[a-zæøå]{{2}} ?\d\d ?\d{{3}})(?![\d\w])")
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
ACCOUNT = compiled(
    rf"(?<!\w){any_of('account_cue')}(?!\w)[^\d\n]{{0,20}}(?P<number>\d{{4}}[ -]{{0,3}}"
    rf"(?:{any_of('account_cue')}\W{{0,4}})?\d(?:[ -]?\d){{4,14}})(?!\d)")
CARD = re.compile(r"(?<![\d+])(?:\d{4}[ -]?){3}\d{4}(?!\d)|(?<![\d+])\d{4}[ -]\d{10}(?!\d)")


def find_numbers(text: str) -> Iterator[Span]:
    """Spans, the surest kinds first."""
    if not any(char.isdigit() for char in text):
        return
    yield from spans(IBAN.finditer(text), "konto")
    yield from spans(CARD.finditer(text), "konto")
    yield from spans((m for m in CPR.finditer(text) if _looks_like_cpr(m, text)), "cpr")
    yield from spans(CPR_TOLD.finditer(text), "cpr", "number")
    yield from spans(BORN.finditer(text), "foedselsdato", "date")
    yield from spans(BEFORE_BORN.finditer(text), "foedselsdato", "date")
    yield from spans(BIRTHDAY.finditer(text), "foedselsdato", "date")
    yield from spans(PLATE_TOLD.finditer(text), "nummerplade", "number")
    yield from spans((m for m in PLATE.finditer(text) if not UNIT.match(text, m.end())), "nummerplade")
    yield from spans(ACCOUNT.finditer(text), "konto", "number")
    yield from spans((m for m in PHONE.finditer(text) if _is_phone(m, text)), "telefon")
    yield from spans((m for m in PHONE_CUE.finditer(text) if _is_told_phone(m["number"], text, m.end())),
                     "telefon", "number")


def _looks_like_cpr(match: re.Match[str], text: str) -> bool:
    """Ten digits set as a CPR number; without any mark the day and the month must be possible."""
    digits = re.sub(r"\D", "", match[0])
    if len(set(digits)) == 1 or digits.endswith("00000") or DATE.fullmatch(match[0]):
        return False
    if UNIT.match(text, match.end()) or _is_public(digits):
        return False
    if len(match["year"]) == 4:
        return "-" in match["dash"] or match["s"] == "" and match["dash"] == ""
    spaced_whole = " " in match["dash"] and match["s"] == ""
    plausible = 1 <= int(match["day"]) <= 31 and 1 <= int(match["month"]) <= 12
    return plausible or "-" in match["dash"] or spaced_whole or (match["s"] == match["dash"] == "")


def _is_phone(match: re.Match[str], text: str) -> bool:
    digits = re.sub(r"\D", "", match["number"])
    if match["code"]:
        return 6 <= len(digits) <= 13 and not _is_public(digits)
    if len(digits) == 10 and digits.startswith("45"):
        digits = digits[2:]
    whole = match["number"]
    if len(digits) != 8 or digits[0] in "01" or _is_public(digits) or UNIT.match(text, match.end()):
        return False
    if CLOCK.fullmatch(whole) and re.search(r"[.:]", whole) or DATE.fullmatch(whole) or digits == digits[:2] * 4:
        return False
    steps = {int(b) - int(a) for a, b in zip(digits, digits[1:], strict=False)}
    if len(steps) == 1 or digits.endswith("0000"):
        return False
    marks = set(re.findall(r"[./–-]", whole))
    mixed = len(marks) > 1 or (marks and re.search(r"\d +\d", whole))
    return not mixed and len(re.findall(r"\d+", whole)) in (1, 2, 3, 4, 8)


def _is_told_phone(number: str, text: str, end: int) -> bool:
    digits = re.sub(r"\D", "", number)
    if _is_public(digits) or UNIT.match(text, end) or DATE.fullmatch(number) or CLOCK.fullmatch(number):
        return False
    return 7 <= len(digits) <= 13 and not digits.endswith("0000")


def _is_public(digits: str) -> bool:
    return digits in entries("public_numbers") or digits.removeprefix("45") in entries("public_numbers")
