"""Where does Rasa find this house's domain, language data and rules, whatever paths it is called with?"""

from __future__ import annotations

from pathlib import Path

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.training_data import load

ROOT = Path(__file__).resolve().parent.parent


class HouseImporter(RasaFileImporter):
    """Rasa's own file importer, pointed at `bot/` and `nlu/data`; language data is read by our fast loader."""

    def __init__(self, config_file=None, domain_path=None, training_data_paths=None):
        super().__init__(config_file or str(ROOT / "config.yml"), str(ROOT / "bot" / "domain"),
                         [str(ROOT / "bot" / "rules"), str(ROOT / "bot" / "stories"), *_tests(training_data_paths)])

    def get_domain(self) -> Domain:
        return super().get_domain()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        return super().get_stories(exclusion_percentage)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        return TrainingData([Message.build(text=example.text, intent=example.intent) for example in load()])


def _tests(paths) -> list[str]:
    """Test stories that `rasa test` was given by path."""
    return [p for p in paths or () if p and Path(p).exists() and "test" in Path(p).name]
