"""Two counsellors in the database of the test."""

import pytest

from tests.bot.talk import ANNA, BO


@pytest.fixture
def counsellors(parts):
    """The two rows that `ANNA` and `BO` are."""
    from bot.tables import counsellors
    with parts.store.database.write() as connection:
        for c in (ANNA, BO):
            connection.execute(counsellors.insert().values(
                id=c.id, username=c.username, display_name=c.display_name, role=c.role, password_hash="-",
                must_change=False, failures=0, disabled=False))
