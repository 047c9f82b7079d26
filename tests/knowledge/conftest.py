"""A catalogue built from the real data, and a moment to ask it at."""
import shutil
from datetime import datetime

import pytest

from knowledge.catalogue import Catalogue, build
from knowledge.hours import COPENHAGEN
from knowledge.store import Store

THURSDAY_AFTERNOON = datetime(2026, 11, 26, 14, 0, tzinfo=COPENHAGEN)


@pytest.fixture
def now():
    return THURSDAY_AFTERNOON


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory):
    path = build(tmp_path_factory.mktemp("catalogue") / "catalogue.sqlite")
    return Catalogue.open(path, clock=THURSDAY_AFTERNOON.date)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """Made once and copied by each test, since a seed is many writes."""
    folder = tmp_path_factory.mktemp("seeded")
    fresh = Store(folder / "store.sqlite", folder / "catalogue.sqlite")
    fresh.seed(THURSDAY_AFTERNOON)
    fresh.serve()
    return folder


@pytest.fixture
def store(seeded, tmp_path):
    """A working store with the seed in it, that serves a file of its own."""
    for name in ("store.sqlite", "catalogue.sqlite"):
        shutil.copy(seeded / name, tmp_path / name)
    return Store(tmp_path / "store.sqlite", tmp_path / "catalogue.sqlite")
