"""Which words of a message are somebody's name, and tell enough to find that person?"""
import re
from collections.abc import Iterator
from functools import cache

from nlu.personal.lexicon import (
    Span,
    also_words,
    any_of,
    case_is_useless,
    common_words,
    compiled,
    entries,
    first_names,
    last_names,
    towns,
)

NAME = r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*"
WORD = re.compile(rf"{NAME}")
INTRODUCED = compiled(rf"(?<!\w){any_of('introduction')}(?!\w)[\s:,]*(?:{any_of('introduction_filler')}\s)*(?={NAME})")
CALLED_BY_OTHERS = compiled(any_of("called_by_others"))
WEAKLY_INTRODUCED = compiled(rf"(?<!\w){any_of('weak_introduction')}\s(?={NAME})")
RELATED = compiled(
    rf"(?<!\w){any_of('possessive')}\s(?:{any_of('relation')}s\s)?"
    rf"(?:{any_of('between_relation')}\s?){{0,3}}{any_of('relation')}s?"
    rf"(?P<told>(?:\s?[,(]?\s?(?:på )?\d\d?(?: år)?\)?,?)?\s?,?\s?"
    rf"(?:{any_of('called_subject')}\s)?{any_of('called')}\s|\s?[:,(]?\s)(?={NAME})")
CALLED = compiled(rf"(?<!\w){any_of('called')}\s(?={NAME})")
CLOSED = compiled(
    rf"(?:^|(?<=[\s.,!?:]))(?<!\w){any_of('closing')}(?!\w)[\s,.:;!-]*(?P<name>{NAME}(?:\s{NAME}){{0,3}})(?:[^\w\n]"
    rf"|<3|[xX]{1,3}\b)*(?=$|\n)")
COUPLE = re.compile(rf"(?<!\w)(?P<name>[A-ZÆØÅ]{NAME}) (?:&|og|and) $")
TITLED = compiled(rf"(?<!\w){any_of('title')}\s(?P<name>{NAME})")
FURTHER = re.compile(
    rf"[ \t](?:[A-ZÆØÅ]\.?[ \t])?(?:(?i:{any_of('name_particle')})[ \t]){{0,2}}(?P<name>{NAME})")
LAST_OF_CLAUSE = re.compile(rf"[ \t](?P<name>{NAME})(?=\s*(?:$|[.,!?;\n(]|{any_of('clause_start')}\b))")
FAME = compiled(rf"(?<!\w){any_of('fame_cue')}\s$")
FAMILY_ENDING = re.compile(
    r"[^\W\d_]{2,}(?:sen|gaard|gård|feldt|sson|wicz|wski|ska|enko|chuk|ović|ovic|oğlu|oglu|zadeh|escu|quist|kvist"
    r"|strup|lund|berg|holm|toft|bæk|kjær)")
NOT_FAMILY = re.compile(r".*(?:elsen|lisen|viden|isen|ensen|usen)$")


def find_names(text: str) -> Iterator[Span]:
    """Names that were introduced, then full names that stand free."""
    if case_is_useless(text):
        text = text.lower() if len(text.lower()) == len(text) else text
    for found in (_introduced, _related, _closing, _titled, _full_names):
        for start, end in found(text):
            if not _is_public(text[start:end]):
                yield Span(start, end, "navn")


@cache
def _public_people() -> frozenset[str]:
    return frozenset(entries("public_people"))


def _is_public(name: str) -> bool:
    plain = re.sub(r"(?:['’]?s|-\w+)$", "", name.lower())
    return bool({name.lower(), plain, plain.replace(".", "")} & _public_people())


def _bare(word: str) -> str:
    """Lower-cased and without the genitive, where only the bare form is a name."""
    low = word.lower().replace("’", "'")
    cut = re.sub(r"'?s$", "", low)
    known = low in first_names() or low in last_names()
    return cut if not known and (cut in first_names() or cut in last_names() or cut.endswith("sen")) else low


def _is_first(word: str) -> bool:
    bare = _bare(word)
    return bare in first_names() or "-" in bare and bare.split("-")[0] in first_names()


def _is_last(word: str) -> bool:
    bare = _bare(word)
    if {bare, word.lower()} & (towns() - last_names()):
        return False
    return bare in last_names() or bare not in common_words() and bool(FAMILY_ENDING.fullmatch(bare)) \
        and not NOT_FAMILY.fullmatch(bare) or "-" in bare and bare.split("-")[-1] in last_names()


def _is_ordinary(word: str) -> bool:
    """A word of ordinary messages, or a name that is a word too."""
    bare = word.lower()
    if bare in first_names() and bare not in also_words():
        return False
    return bare in common_words() or bare in also_words() or bare in towns() or len(bare) < 2 and not word.isupper()


def _surely_first(word: str) -> bool:
    return _is_first(word) and not _is_ordinary(word)


def _tail(text: str, end: int, limit: int = 3) -> int:
    """The end of the further names that follow the first one at `end`."""
    for _ in range(limit):
        match = FURTHER.match(text, end)
        if match is None:
            break
        word = match["name"]
        proper = word[0].isupper() and not word.isupper() or word.isupper() and len(word) > 2
        first = _is_first(word) and (word.lower() not in common_words() or _before_family(text, match))
        known = first or _is_last(word)
        if proper and (known or not _is_ordinary(word)) or word.islower() and known and not _is_ordinary(word):
            end = match.end()
        else:
            break
    initial = re.compile(r"[ \t](?-i:[A-ZÆØÅ])(?=[ \t]*(?:$|[.,!?\n]))").match(text, end)
    return initial.end() if initial else end


def _before_family(text: str, match: re.Match[str]) -> bool:
    """The name in the middle of "Michael Bo Tange" is a word too."""
    further = FURTHER.match(text, match.end())
    if further is None or not match["name"].istitle() or not further["name"].istitle():
        return False
    return _is_last(further["name"]) or not _is_ordinary(further["name"])


def _introduced(text: str) -> Iterator[tuple[int, int]]:
    for match in INTRODUCED.finditer(text):
        word = WORD.match(text, match.end())
        if word and CALLED_BY_OTHERS.match(match[0]) and not _surely_first(word[0]):
            continue
        if word and (not _is_ordinary(word[0]) or _is_first(word[0]) and word[0][0].isupper()):
            yield word.start(), _after_introduction(text, word.end())
        elif word and _is_first(word[0]) and _tail(text, word.end()) > word.end():
            yield word.start(), _tail(text, word.end())
    for match in WEAKLY_INTRODUCED.finditer(text):
        word = WORD.match(text, match.end())
        if word and _surely_first(word[0]):
            end = _tail(text, word.end())
            own = not re.match(r"(?:det|this|her er)", match[0], re.IGNORECASE)
            if own or end > word.end():
                yield word.start(), end
    for match in CALLED.finditer(text):
        word = WORD.match(text, match.end())
        if word and _surely_first(word[0]) and _tail(text, word.end()) > word.end():
            yield word.start(), _tail(text, word.end())


def _after_introduction(text: str, end: int) -> int:
    """After "jeg hedder mikkel" one more strange word is the last name, if the clause ends behind it."""
    second = re.compile(rf"[ \t](?P<name>[A-ZÆØÅ]{NAME})").match(text, end)
    if second and (_is_first(second["name"]) or _is_last(second["name"])):
        end = second.end()
    further = _tail(text, end)
    if further > end:
        return further
    match = LAST_OF_CLAUSE.match(text, end)
    return match.end() if match and len(match["name"]) > 3 and not _is_ordinary(match["name"]) else end


def _related(text: str) -> Iterator[tuple[int, int]]:
    for match in RELATED.finditer(text):
        word = WORD.match(text, match.end())
        if word is None:
            continue
        name, told = word[0], bool(re.search(r"\w", re.sub(r"(?:på )?\d+( år)?", "", match["told"])))
        end = _tail(text, word.end())
        certain = _surely_first(name) or _is_first(name) and name[0].isupper() and name.lower() not in common_words()
        strange = name[0].isupper() and not _is_ordinary(name)
        if certain or strange and (told or end > word.end()) or told and _is_first(name) and end > word.end():
            yield word.start(), _after_introduction(text, word.end()) if told else end
        elif told and name.islower() and not _is_ordinary(name):
            yield word.start(), _after_introduction(text, word.end())


def _closing(text: str) -> Iterator[tuple[int, int]]:
    for match in CLOSED.finditer(text):
        words = match["name"].split()
        known = _is_first(words[0]) and (words[0][0].isupper() or not _is_ordinary(words[0]))
        strange = len(words) > 1 and all(word[0].isupper() and not _is_ordinary(word) for word in words)
        if known and (len(words) == 1 or not all(_is_ordinary(word) and not _is_last(word) for word in words[1:])):
            yield match.span("name")
        elif known:
            yield match.start("name"), match.start("name") + len(words[0])
        elif strange:
            yield match.span("name")


def _titled(text: str) -> Iterator[tuple[int, int]]:
    for match in TITLED.finditer(text):
        name = match["name"]
        # With a capital it is often a pet or a joke ("Fru Jensen").
        if match[0][0].islower() and _is_last(name) and (name[0].isupper() or not _is_ordinary(name)):
            yield match.start("name"), _tail(text, match.end("name"))


def _full_names(text: str) -> Iterator[tuple[int, int]]:
    """Two or more names in a row, at least one of which is known to be one."""
    done = 0
    for word in WORD.finditer(text):
        if word.start() < done:
            continue
        first, end = word[0], _tail(text, word.end())
        if end == word.end():
            continue
        second = WORD.findall(text[word.end():end])
        family = any(_is_last(name) for name in second)
        if first[0].isupper():
            known = _surely_first(first) or _is_first(first) and family \
                or family and len(first) > 2 and not _is_ordinary(first)
        else:
            known = _surely_first(first) and family
        famous = FAME.search(text[max(0, word.start() - 30) : word.start()])
        if known and not famous and (len(second[-1]) > 1 or len(second) > 1):
            couple = COUPLE.search(text[: word.start()])
            yield couple.start() if couple and family and _surely_first(couple["name"]) else word.start(), end
            done = end
