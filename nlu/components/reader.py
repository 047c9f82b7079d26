"""Rasa's face of the reader: intent, ranking, entities and the whole understanding."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.understanding import Reader, Understanding
from nlu.vocabulary import ADULTS


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ReaderClassifier(GraphComponent, IntentClassifier):
    """Gives each message the calibrated intent, its ranking, `age`, `about` and `reason`, and "understanding".

    The models are those of the repository and of `models/`: nothing of them is kept in Rasa's own archive.
    """

    def __init__(self, reader: Reader):
        self._reader = reader

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> ReaderClassifier:
        return cls(Reader.load())

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each with what was understood of it; one without text is left alone."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                _write(message, self._reader.read(text, (message.get("metadata") or {}).get("impossible") or ()))
        return messages


def _write(message: Message, found: Understanding) -> None:
    message.set(INTENT, {"name": found.intent, "confidence": found.confidence}, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [{"name": name, "confidence": round(p, 4)} for name, p in found.ranking],
                add_to_output=True)
    about_child = found.audience in ADULTS or found.about in ("child", "pupil")
    age = found.child_age if about_child and found.child_age is not None else found.age
    if age is None and found.about == "other":
        age = found.child_age
    entities = {"age": age, "about": found.about, "reason": found.reason}
    told = [{"entity": name, "value": value, "start": 0, "end": 0, "extractor": "ReaderClassifier"}
            for name, value in entities.items() if value is not None]
    message.set(ENTITIES, [*message.get(ENTITIES, []), *told], add_to_output=True)
    message.set("understanding", {
        "topics": list(found.topics), "topic_scores": list(found.topic_scores), "faq": found.faq,
        "wants_human": found.wants_human, "audience": found.audience, "language": found.language,
        "confidence": found.confidence, **{name: value for name, value in entities.items() if value is not None},
    }, add_to_output=True)
