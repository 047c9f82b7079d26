"""Rasa's face of the safety net: it stands last, so that no classifier and no fallback overrules it."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.safety import Safety
from nlu.vocabulary import ACUTE_INTENT, DANGER, HIGH_INTENT, UNSURE_INTENT


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyClassifier(GraphComponent, IntentClassifier):
    """Danger decides over every other intent; where it is unsure, the robot shall ask back."""

    def __init__(self, safety: Safety):
        self._safety = safety

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> SafetyClassifier:
        return cls(Safety.load())

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages; those of danger with the intent `fare_akut` or `fare_hoej`, unsure ones `fare_usikker`."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            told = message.get("metadata") or {}
            found = self._safety.assess(text, told.get("history") or (), bool(told.get("asked_about_danger")))
            message.set("safety", {"level": found.level, "score": found.score, "reasons": list(found.reasons),
                                   "kind": found.kind, "unsure": found.unsure}, add_to_output=True)
            if found.level in DANGER:
                _overrule(message, ACUTE_INTENT if found.level == "akut" else HIGH_INTENT, found.score)
            elif found.unsure:
                _overrule(message, UNSURE_INTENT, found.score)
        return messages


def _overrule(message: Message, intent: str, score: float) -> None:
    first = {"name": intent, "confidence": score}
    message.set(INTENT, first, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [first, *message.get(INTENT_RANKING_KEY, [])], add_to_output=True)
