"""The walls around the counts: nothing of a person, nothing that joins, no way to those who register young people."""

import ast
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.crypto import new_token
from bot.database import Database
from bot.offer_counts import BadCounts, check
from bot.statistics import NotCountable, Statistics, counted, events
from bot.statistics_migrations import upgrade
from bot.statistics_tables import LONGEST, metadata

ROOT = Path(__file__).resolve().parents[2]
ABOUT = {"municipality": "hedensted", "channel": "web"}


@pytest.fixture
def statistics(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 's.sqlite'}")
    yield Statistics(database)
    database.close()


def test_the_schema_has_no_room_for_a_text_or_an_id():
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.String):
                assert column.type.length == LONGEST < min(len(uuid.uuid4().hex), len(new_token()))
            else:
                assert column.name in {"id", "weekday", "minutes", "duration", "simulated", "enquiries", "starts",
                                       "waiting", "completed", "scored", "before_mean", "after_mean"}
            assert not column.foreign_keys


def test_the_migrated_schema_is_the_one_that_the_code_reads(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 's.sqlite'}")
    upgrade(database)
    upgrade(database)
    found = sa.inspect(database.engine)
    for name, table in metadata.tables.items():
        assert {c["name"] for c in found.get_columns(name)} == set(table.columns.keys())
    database.close()


@pytest.mark.parametrize("column", ["offer", "detail", "channel", "municipality", "topic", "age_band"])
def test_the_database_itself_refuses_an_id_in_every_column_of_words(statistics, clock, column):
    row = counted("opened", now=clock(), **ABOUT) | {column: uuid.uuid4().hex, "simulated": False}
    with pytest.raises(sa.exc.IntegrityError), statistics.database.write() as connection:
        connection.execute(events.insert().values(**row))


@pytest.mark.parametrize("value", [uuid.uuid4().hex, new_token(), "jeg er ked af det", "12345678", "a" * 32])
def test_what_is_no_word_of_a_vocabulary_is_not_counted(statistics, clock, value):
    with pytest.raises(NotCountable):
        statistics.count("opened", now=clock(), detail=value, **ABOUT)


def test_the_number_of_a_row_tells_no_order(statistics, clock):
    for _ in range(40):
        statistics.count("opened", now=clock(), **ABOUT)
    with statistics.database.read() as connection:
        ids = connection.execute(sa.text("select id from events order by rowid")).scalars().all()
    assert len(set(ids)) == 40 and max(ids) > 2 ** 40  # drawn by chance: the store has no order of its own


def calls_that_count():
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "channels").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and (
                    node.func.attr == "_count" or node.func.attr == "count" and "statistics" in ast.unparse(node.func)):
                yield path, node


def test_nothing_in_the_house_hands_an_id_a_token_or_a_text_to_the_counts():
    calls = list(calls_that_count())
    assert len(calls) > 15
    for path, node in calls:
        for given in node.keywords:
            said = ast.unparse(given.value)
            assert not any(word in said for word in (".id", "token", "text", "body")), f"{path.name}: {said}"
            assert given.arg not in ("id", "conversation", "token", "text")


def test_there_is_no_path_to_a_task_force(statistics, clock):
    with pytest.raises(NotCountable):
        statistics.count("offer_shown", now=clock(), offer="nor-taskforce", **ABOUT)
    with pytest.raises(BadCounts) as refused:
        check([{"offer": "nor-taskforce", "month": "2026-11", "starts": "9"}], {"nor-taskforce": ""}, clock().date())
    assert refused.value.faults[0].code == "walled"
    # Nowhere in the code is it named but where it is refused: nobody can address, notify or export to it.
    naming = {path.relative_to(ROOT).as_posix() for room in ("bot", "channels", "actions")
              for path in (ROOT / room).rglob("*.py") if "taskforce" in path.read_text(encoding="utf-8").lower()}
    assert naming == {"bot/statistics.py"}


def test_a_task_force_is_no_team_no_suggestion_and_no_public_offer(tmp_path):
    from knowledge.catalogue import Catalogue, build
    from knowledge.municipality import all_ids, load
    catalogue = Catalogue.open(build(tmp_path / "catalogue.sqlite"))
    for place in all_ids():
        assert not any("taskforce" in str(team).lower() for team in load(place).teams)
        assert not any("taskforce" in offer.id for offer in catalogue.offers(place))


def test_rows_of_an_offers_month_are_checked_and_every_fault_is_told(clock):
    rows = [{"offer": "hed-sorggruppe", "month": "2026-10", "starts": "7", "scale": "WHO-5", "before_mean": "31,5",
             "after_mean": "44", "scored": "6"},
            {"offer": "findes-ikke", "month": "oktober", "starts": "mange"},
            {"offer": "hed-sorggruppe", "month": "2027-10", "scale": "who-5"}]
    with pytest.raises(BadCounts) as refused:
        check(rows, {"hed-sorggruppe": "Sorggruppe"}, clock().date())
    assert [(f.row, f.code) for f in refused.value.faults] == [
        (2, "unknown_offer"), (2, "no_month"), (2, "no_number"), (3, "future"), (3, "scale_alone")]
    month, = check(rows[:1], {"hed-sorggruppe": "Sorggruppe"}, clock().date())
    assert (month.starts, month.before_mean, month.scale) == (7, 31.5, "who-5")
