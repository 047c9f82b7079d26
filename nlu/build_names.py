"""Where do the name lists of `nlu/lexicon/personal/` come from? Run as `python -m nlu.build_names MESSAGES.jsonl...`.

Needs Faker (MIT licence), a development dependency: at run time only the text files are read.
"""
import importlib
import json
import re
import sys
from collections import Counter
from pathlib import Path

LEXICON = Path(__file__).parent / "lexicon" / "personal"
LOCALES = ("da_DK", "no_NO", "sv_SE", "de_DE", "en_US", "en_GB", "tr_TR", "pl_PL", "ro_RO", "hr_HR")
NAME = re.compile(r"[^\W\d_]{2,}(?:[-'][^\W\d_]{2,})?")
WORD = re.compile(r"[^\W\d_]+")


def fakers_names(kind: str) -> set[str]:
    """Every single-word name of the kind, lower-cased; `kind` is "first_names" or "last_names"."""
    providers = (importlib.import_module(f"faker.providers.person.{locale}").Provider for locale in LOCALES)
    names = (name for provider in providers for name in getattr(provider, kind, ()))
    return {name.lower() for name in names if NAME.fullmatch(name)}


def read_list(name: str) -> set[str]:
    lines = (LEXICON / name).read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def write_list(name: str, source: str, words: set[str]) -> None:
    body = "\n".join(sorted(words))
    (LEXICON / name).write_text(f"# {source}\n{body}\n", encoding="utf-8")


def lower_case_words(paths: list[str]) -> set[str]:
    """Words that stand in lower case in the messages: what is not a name there."""
    counts: Counter[str] = Counter()
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            counts.update(word for word in WORD.findall(json.loads(line)["text"]) if word.islower())
    return set(counts)


def main(paths: list[str]) -> None:
    ambiguous = read_list("names_also_words.txt")
    first = fakers_names("first_names") | read_list("names_more_first.txt")
    last = fakers_names("last_names") | read_list("names_more_last.txt")
    source = "Built by nlu/build_names.py from Faker's person providers (MIT licence) and names_more_*.txt"
    write_list("names_first.txt", source, first)
    write_list("names_last.txt", source, last)
    cities = importlib.import_module("faker.providers.address.da_DK").Provider.cities
    write_list("towns.txt", "Built by nlu/build_names.py from Faker's Danish towns",
               {city.lower() for city in cities if NAME.fullmatch(city)})
    if paths:
        common = (lower_case_words(paths) - first - last) | ambiguous
        source = "Built by nlu/build_names.py: words of ordinary messages, names left out"
        write_list("common_words.txt", source, common)


if __name__ == "__main__":
    main(sys.argv[1:])
