"""Which words does `nlu/language.py` take for Danish? Run as `python -m nlu.build_danish MESSAGES.jsonl...`."""
import json
import re
import sys
from collections import Counter
from pathlib import Path

import yaml

DIRECTORY = Path(__file__).parent / "lexicon" / "language"
# A rarer word may be a quotation from another language; one with a Danish letter is Danish.
SEEN_AT_LEAST = 4


def main(paths: list[str]) -> None:
    data = yaml.safe_load((DIRECTORY / "languages.yml").read_text(encoding="utf-8"))
    english = set(data["latin"]["en"]["words"].split()) - set(data["danish_and_english"].split())
    seen: Counter[str] = Counter()
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            seen.update(re.findall(r"[^\W\d_]+", json.loads(line)["text"].lower()))
    words = {word for word, count in seen.items() if count >= SEEN_AT_LEAST or count > 1 and set(word) & set("æøå")}
    words = (words - english) | set(data["danish_more"].split())
    source = "# Built by nlu/build_danish.py: words of ordinary Danish messages, those that English has too left out.\n"
    (DIRECTORY / "danish.txt").write_text(source + "\n".join(sorted(words)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
