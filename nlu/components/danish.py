"""Rasa's face of Danish: spelling made plain, and spaCy's Danish words."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.normalise import tidy
from nlu.spacy_model import danish


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class DanishTokenizer(Tokenizer):
    """Words as spaCy's Danish cuts them, of a text without invisible signs; lemmas where the model knows them."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of one text; an empty one has none."""
        document = danish()(tidy(message.get(attribute) or "")[:6000])
        return [Token(word.text, word.idx, lemma=word.lemma_ or word.text) for word in document if not word.is_space]
