"""Which mailboxes, links and user names does a message tell?"""
import re
from collections.abc import Iterator

from nlu.personal.lexicon import Span, any_of, common_words, compiled, entries, first_names, spans

TOP = any_of("top_domains")
PUBLIC = compiled(rf"(?:[\w-]+\.)*{any_of('public_domains')}")
EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64} ?@ ?(?P<domain>[\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
EMAIL_CUT = compiled(rf"(?<![\w.+-])[\w.+-]{{1,64}}@{any_of('mail_hosts')}(?!\w)")
DOT = rf"(?:\s?(?:{any_of('mail_dot')})\s|\.)"
# Bounded, so that a wall of letters costs no more than a message.
NAME_PART = r"(?<![\w+-])[\w+-]{1,40}(?:(?:\.|\s(?:punktum|prik|dot)\s)[\w+-]{1,40}){0,4}"
HOST = rf"(?:[\w-]{{2,}}(?:\.[\w-]+)?{DOT}{TOP}|{any_of('mail_hosts')}\s{TOP})"
EMAIL_SPELLED = compiled(
    rf"{NAME_PART}(?:\s?@\s?|\s{any_of('mail_at')}\s|[(\[{{]at[)\]}}])(?P<domain>{HOST})(?!\w)"
    rf"|{NAME_PART}\sat\s(?P<host>{any_of('mail_hosts')}(?:{DOT}|\s){TOP})(?!\w)")
URL = compiled(rf"(?:https?://|www\.)[^\s<>\"')]+|(?<![\w@.])(?:[\w-]+\.)+{TOP}/[^\s<>\"')]+")
PROFILE_URL = compiled(
    rf"(?:https?://)?(?:[\w-]+\.)*{any_of('profile_sites')}\.(?:com|dk|gg|ee|me|be|tv|link|co|net)/[^\s/]+.*"
    r"|.*(?:/u/|/user/|/users/|/profile|/profil|/@|user(?:name)?=|/add/|/invite/|/channel/|@\w).*")
HASHED = re.compile(
    r"(?<![\w&/])(?=[\w.-]*[^\W\d])[\w.-]{2,}\s?#\d{3,5}(?!\w)|(?<![\w&])[\w.-]{3,}#[A-Za-z]{2,5}\d?(?!\w)")
# "lukas_vb07x": an underscore inside a word is written in user names only; ":red_heart:" is a picture.
UNDERSCORED = re.compile(r"(?<![\w@:./-])[^\W\d_][\w.]*_[\w.]*\w(?![\w:])")
AT_NAME = re.compile(r"(?<![\w.@/])@\s?(?P<name>[\w.]*\w)")
HANDLE = r"(?P<name>@?[\w][\w.-]*\w_?)"
PLATFORM = rf"(?:{any_of('platforms')})"
IS = rf"\s*(?:{any_of('handle_is')}\s*){{1,2}}[\"'”“’]?\s*"
TOLD = compiled(
    rf"(?<!\w)(?:{any_of('handle_words')}|{PLATFORM}[- ]?{any_of('handle_tail')})(?!\w)(?:\s(?:på|on) {PLATFORM})?"
    rf"(?:{IS}|\s+){HANDLE}")
OWN_PLATFORM = compiled(rf"(?<!\w){any_of('handle_owners')}\s{PLATFORM}(?!\w){IS}{HANDLE}")
AFTER_PLATFORM = compiled(rf"(?<!\w)(?:på|on)\s{PLATFORM}\s{any_of('platform_verbs')}\s{HANDLE}")
NEXT_TO_PLATFORM = compiled(rf"(?<!\w){PLATFORM}(?!\w)[:\s]+(?:(?:er|hedder|som|is)\s)?[\"'”“’]?{HANDLE}")
COLON_PLATFORM = compiled(rf"(?<!\w){PLATFORM}\s?(?:[:=→]|[-=]>)\s*{HANDLE}")
BEFORE_PLATFORM = compiled(
    rf"(?<!\w){any_of('handle_verbs')}\s+[\"'”“’]?{HANDLE}[\"'”“’]?\s+(?:på|on|i|in|auf)\s(?:min "
    rf"|my )?{PLATFORM}(?!\w)")
CLAUSE_ENDS = compiled(rf"\s*(?:$|[.,!?;)\n]|{any_of('clause_start')}\b)")
USER_OF = compiled(rf"(?<!\w){any_of('profile_words')}\s{any_of('called')}\s[\"'”“’]?{HANDLE}")
PROFILE = compiled(rf"(?<!\w){any_of('profile_words')}\s[\"'”“’]?(?={HANDLE})")


def find_online(text: str) -> Iterator[Span]:
    """Spans, the surest kinds first."""
    for pattern in (EMAIL, EMAIL_SPELLED):
        found = (m for m in pattern.finditer(text) if not PUBLIC.fullmatch(m["domain"] or ""))
        yield from spans(found, "email")
    yield from spans(EMAIL_CUT.finditer(text), "email")
    yield from spans((m for m in URL.finditer(text) if PROFILE_URL.fullmatch(m[0]) and not _is_public(m[0])), "link")
    for pattern in (HASHED, UNDERSCORED):
        yield from spans(pattern.finditer(text), "profil")
    yield from spans((m for m in AT_NAME.finditer(text) if _is_at_name(m, text)), "profil")
    for pattern in (TOLD, COLON_PLATFORM, BEFORE_PLATFORM, AFTER_PLATFORM, USER_OF):
        yield from spans((m for m in pattern.finditer(text) if _may_be_handle(m["name"])), "profil", "name")
    found = (m for m in OWN_PLATFORM.finditer(text) if _looks_made_up(m["name"]) or _closes(m["name"], text, m.end()))
    yield from spans(found, "profil", "name")
    for pattern in (NEXT_TO_PLATFORM, PROFILE):
        yield from spans((m for m in pattern.finditer(text) if _looks_made_up(m["name"])), "profil", "name")


def _is_public(url: str) -> bool:
    host = re.sub(r"^https?://|^www\.", "", url, flags=re.IGNORECASE).split("/")[0]
    return bool(PUBLIC.fullmatch(host))


def _is_at_name(match: re.Match[str], text: str) -> bool:
    name = match["name"].lower()
    spaced = text[match.start() + 1].isspace()
    return len(name) > 2 and not spaced and name not in entries("at_words") and not PUBLIC.fullmatch(name)


def _may_be_handle(name: str) -> bool:
    """A word that no ordinary message has; a number alone is a count."""
    word = name.lower().strip("@.-_'")
    if word.isdigit() or len(word) < 3 or _is_platform(word):
        return False
    return _looks_made_up(name) or word not in common_words()


def _looks_made_up(name: str) -> bool:
    """Letters with a digit, an underscore or a dot among them, as in "mikkel_s09"."""
    word = name.strip("@.-")
    letters = sum(char.isalpha() for char in word)
    dotted = re.fullmatch(r"[a-zæøå]{2,}\.[a-zæøå.]{1,}", word, re.IGNORECASE)
    plain = re.fullmatch(r"\d+[a-zæøå.]{1,6}|[a-zæøå]+-[a-zæøå-]+|[a-z]\d{1,2}|\d+\.?\w?", word, re.IGNORECASE)
    if name.startswith("@"):
        return True
    if plain or letters < 2 or len(word) < 4:
        return False
    if dotted and all(part in common_words() for part in word.lower().split(".")):
        return False
    return "_" in word or bool(dotted) or any(char.isdigit() for char in word)


def _closes(name: str, text: str, end: int) -> bool:
    """A strange word that ends its clause or holds a first name: "min snap er mikkelsej"."""
    word = name.lower()
    if not _may_be_handle(name) or re.search(r"(?:et|ede|te|t|lig|ligt|ende|isk)$", word):
        return False
    begins_as_name = any(len(word[:n]) >= 4 and word[:n] in first_names() for n in range(4, len(word) + 1))
    return begins_as_name or CLAUSE_ENDS.match(text, end) is not None


def _is_platform(word: str) -> bool:
    return re.fullmatch(PLATFORM, word, re.IGNORECASE) is not None
