"""What would the pipeline that Rasa suggests by default make of the same data?"""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.training_data import Example
from nlu.vocabulary import FAQ, TOPICS, WANTS_HUMAN_INTENT

EPOCHS = 100            # as Rasa suggests
# What `rasa init` and an empty config.yml give, the parts that only entities and stories need left out.
PIPELINE = """
recipe: default.v1
language: da
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: {epochs}
  constrain_similarities: true
  entity_recognition: false
  ranking_length: 200
  random_seed: 7
"""


@dataclass(frozen=True)
class Baseline:
    """A trained agent of the default pipeline, and how long its training took."""

    agent: object
    train_seconds: float

    def answer(self, text: str) -> dict:
        """In the words of `figures`: danger is what the intents `..._fare` sum up to."""
        parsed = asyncio.run(self.agent.parse_message(text.lstrip("/ ")[:1000] or "?"))
        intent = parsed["intent"]["name"] or "andet"
        score = sum(rank["confidence"] for rank in parsed["intent_ranking"] if rank["name"].endswith("_fare"))
        topic = intent.removesuffix("_fare")
        faq = intent.removeprefix("faq_")
        return {"risk": "hoej" if intent.endswith("_fare") else "bekymring", "risk_score": score,
                "topics": [topic if topic in TOPICS else "andet"], "faq": faq if faq in FAQ else None,
                "wants_human": intent == WANTS_HUMAN_INTENT, "audience": "ukendt", "intent": intent,
                "confidence": parsed["intent"]["confidence"]}


def train(rows: Sequence[Example], epochs: int = EPOCHS) -> Baseline:
    """Rasa's default pipeline on the same rows; minutes of work."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        data, config = Path(folder) / "nlu.json", Path(folder) / "config.yml"
        data.write_text(json.dumps({"rasa_nlu_data": {"common_examples": [
            {"text": row.text, "intent": row.intent} for row in rows]}}, ensure_ascii=False), encoding="utf-8")
        config.write_text(PIPELINE.format(epochs=epochs), encoding="utf-8")
        model = train_nlu(str(config), str(data), folder)
        if not model:
            raise RuntimeError("Rasa trained no model of the default pipeline")
        return Baseline(Agent.load(model), round(time.monotonic() - started, 1))
