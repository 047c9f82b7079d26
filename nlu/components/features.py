"""Rasa's face of the encoder: its vector, for classifiers that one may want to try beside the reader."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.ensemble import bounded, shared


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """One dense sentence vector a message. Raises where the encoder is not there."""

    def __init__(self, config: dict[str, Any]):
        DenseFeaturizer.__init__(self, "EncoderFeaturizer", config)
        if shared().encoder is None:
            raise FileNotFoundError("the trained encoder is not there: this featurizer cannot work")

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> EncoderFeaturizer:
        return cls(config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config()}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to choose."""

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each with its vector."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                _, vector = shared().encoder.look(bounded(text))
                message.add_features(Features(np.asarray(vector, np.float32)[None], FEATURE_TYPE_SENTENCE, TEXT,
                                              self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the training examples."""
        self.process(training_data.training_examples)
        return training_data
