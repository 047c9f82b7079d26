"""How does an older database become one that this version reads?

Alembic (SQLAlchemy's own migration tool) runs the numbered steps of `versions/`, each recorded in the database.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from bot.database import Database

HERE = Path(__file__).resolve().parent


def upgrade(database: Database) -> None:
    """Bring the database to the newest version; does nothing when it is there."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
