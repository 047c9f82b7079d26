"""Is the trained model older than what it was trained on, and how is it trained anew?"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT, Settings

MODEL_NAME = "indgang.tar.gz"
# What the model is made of. The texts are read from their files, so a changed sentence needs no training.
SOURCES = ("config.yml", "bot/domain/domain.yml", "bot/rules", "bot/stories", "nlu/data", "nlu/lexicon",
           "nlu/components", "nlu/encoder", "actions/importer.py")


def model_path(settings: Settings) -> Path:
    return settings.models / MODEL_NAME


def fingerprint() -> str:
    """A hash over everything that the model is made of."""
    digest = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()
                                                     and p.suffix != ".pyc")
        for file in files:
            digest.update(str(file.relative_to(ROOT)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def is_fresh(settings: Settings) -> bool:
    stamp = settings.models / "fingerprint"
    return model_path(settings).exists() and stamp.exists() and stamp.read_text().strip() == fingerprint()


def train(settings: Settings, force: bool = False) -> bool:
    """The everyday training: the linear models, then Rasa's. Returns False when nothing had to be done.

    Raises CalledProcessError when a step fails; the model that was there stays.
    """
    if is_fresh(settings) and not force:
        return False
    settings.models.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3",
                                "CUDA_VISIBLE_DEVICES": "-1", "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
                                "PYTHONWARNINGS": "ignore", "LOG_LEVEL": "INFO"}
    subprocess.run([sys.executable, "-m", "nlu.everyday", "--out", str(settings.models)], cwd=ROOT, check=True,
                   env=environment)
    subprocess.run([sys.executable, "-m", "rasa", "train", "--fixed-model-name", "next", "--out",
                    str(settings.models)], cwd=ROOT, check=True, env=environment)
    (settings.models / "next.tar.gz").replace(model_path(settings))
    (settings.models / "fingerprint").write_text(fingerprint() + "\n")
    return True
