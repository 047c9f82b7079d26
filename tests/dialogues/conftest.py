"""The trained robot in this process, loaded once."""

import os

import pytest


@pytest.fixture(scope="session")
def trained_robot():
    """Skipped with a reason where nothing was trained; with CI=true that is a failure."""
    from bot.settings import load
    from bot.training import model_path
    settings = load({name: value for name, value in os.environ.items() if name == "INDGANG_MODELS_DIR"})
    model = model_path(settings)
    if not model.exists() and os.environ.get("CI") != "true":
        pytest.skip("there is no trained model: run `indgang setup`")
    from actions.robot import RasaRobot
    return RasaRobot.load(model)
