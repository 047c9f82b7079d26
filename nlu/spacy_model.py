"""Which Danish spaCy model is on this machine?"""

import functools
import importlib.util
import logging

import spacy
from spacy.language import Language

log = logging.getLogger(__name__)

MODEL = "da_core_news_sm"   # on no package registry; `indgang setup` works without it


@functools.lru_cache(maxsize=1)
def danish() -> Language:
    """The trained model where it is installed, else the tokenizer and sentence rules of blank Danish."""
    if importlib.util.find_spec(MODEL) is not None:
        return spacy.load(MODEL)
    log.info("%s is not installed: blank Danish is used", MODEL)
    language = spacy.blank("da")
    language.add_pipe("sentencizer")
    return language
