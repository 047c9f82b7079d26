"""Passing on, notes, labels, ready sentences, supervision, the form, and who may see what of it."""

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SECRET = "kollegerne har talt om en hemmelig note"


@pytest.fixture
def taken(house, open_desk):
    """A conversation that Mette has: its token, its id, her console."""
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    return token, conversation, mette


def test_a_conversation_is_passed_on_and_the_receiver_is_told(house, open_desk, taken):
    token, conversation, mette = taken
    ole = open_desk(house.counsellor("ole", "Ole"))
    ole.hear("overview")
    mette.say(type="transfer", conversation=conversation, to=house.account("ole").id)
    assert mette.hear("moved", move="transfer")["name"] == "Ole"
    given = ole.hear("given", conversation=conversation)
    assert given["by"] == "Mette" and given["alias"]
    assert house.parts.store.get(conversation).owner == house.account("ole").id
    mette.write(conversation, "for sent")
    assert mette.hear("refused", of="message")["reason"] == "not_yours"
    assert "Ole" in house.thread(token)[-1].body["text"]


def test_a_transfer_to_somebody_away_is_refused_in_words_and_changes_nothing(house, taken):
    _, conversation, mette = taken
    house.counsellor("ole", "Ole")
    for to in (house.account("ole").id, 999, "ole", None):
        mette.say(type="transfer", conversation=conversation, to=to)
        assert mette.hear("refused", of="transfer")["reason"] == "not_there"
    assert house.parts.store.get(conversation).owner == house.account("mette").id


def test_notes_and_labels_are_for_colleagues_and_no_visitor_ever_gets_them(house, open_desk, taken):
    token, conversation, mette = taken
    mette.say(type="note", conversation=conversation, text=f"{SECRET}. Ring 20 30 40 50.")
    note = mette.hear("noted")["notes"][0]
    assert note["text"].startswith(SECRET) and "20 30 40 50" not in note["text"] and note["name"] == "Mette"
    mette.say(type="label", conversation=conversation, label="follow_up", on=True)
    assert mette.hear("labelled")["labels"] == ["follow_up"]
    assert SECRET not in json.dumps([m.body for m in house.thread(token)], ensure_ascii=False)
    mette.say(type="move", conversation=conversation, move="release")
    mette.hear("moved")
    ole = open_desk(house.counsellor("ole", "Ole"))
    ole.say(type="watch", conversation=conversation, after=0)
    assert ole.hear("thread")["about"]["notes"][0]["text"].startswith(SECRET)
    with house.parts.store.database.read() as connection:
        assert SECRET.encode() not in connection.exec_driver_sql("select body from notes").scalar()
    house.client.portal.call(house.gateway.delete, token)
    with house.parts.store.database.read() as connection:
        for table in ("notes", "labels", "closings"):
            assert connection.exec_driver_sql(f"select count(*) from {table}").scalar() == 0


def test_no_module_on_the_visitors_side_can_read_a_note():
    """Neither itself nor through what it imports: notes can only be reached from the console."""
    def imports(name):
        path = ROOT / (name.replace(".", "/") + ".py")
        if not path.is_file():
            return set()
        found = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
        return {n for n in found if n.split(".")[0] in ("bot", "channels", "actions")}

    visitors = [p for p in (ROOT / "channels").rglob("*.py")
                if "console" not in p.parts and p.name not in ("front_door.py", "status.py")]
    todo = {".".join(p.relative_to(ROOT).with_suffix("").parts) for p in visitors} | {"bot.gateway", "bot.store"}
    seen = set()
    while todo:
        name = todo.pop()
        seen.add(name)
        todo |= imports(name) - seen
    assert "bot.gateway" in seen and "bot.notes" not in seen
    readers = [p for room in ("bot", "channels", "actions") for p in (ROOT / room).rglob("*.py")
               if "desk_tables" in p.read_text(encoding="utf-8") and "notes" in p.read_text(encoding="utf-8")
               and p.name not in ("desk_tables.py", "0004_desk.py")]
    assert {p.name for p in readers} == {"notes.py"}


@pytest.mark.parametrize("frame", [{"type": "note", "text": " "}, {"type": "note", "text": 7},
                                   {"type": "label", "label": "opfundet", "on": True}, {"type": "label"},
                                   {"type": "form"}], ids=str)
def test_what_cannot_be_done_is_refused_in_danish(taken, frame):
    _, conversation, mette = taken
    mette.say(conversation=conversation, **frame)
    assert mette.hear("refused", of=frame["type"])["text"].endswith(".")


def test_a_coordinator_reads_along_the_counsellor_sees_it_and_the_log_holds_it(house, open_desk, taken):
    token, conversation, mette = taken
    kim = open_desk(house.counsellor("kim", "Kim", "koordinator"))
    assert [row["owner"] for row in kim.hear("overview")["others"]] == ["Mette"]
    kim.say(type="watch", conversation=conversation, after=0, supervise=True)
    about = kim.hear("thread")["about"]
    assert about["supervising"] and about["may"] == []
    assert mette.hear("supervised")["name"] == "Kim"
    kim.write(conversation, "jeg blander mig")
    assert kim.hear("refused", of="message")["reason"] == "not_yours"
    from bot.audit import Audit
    acts = [(e.counsellor, e.act) for e in Audit(house.parts.store.database).read()]
    assert (house.account("kim").id, "supervised") in acts
    assert (house.account("mette").id, "taken") in acts and (house.account("mette").id, "opened") in acts


def test_nobody_but_a_coordinator_reads_along(house, open_desk, taken):
    _, conversation, _ = taken
    ole = open_desk(house.counsellor("ole", "Ole"))
    assert ole.hear("overview").get("others") is None
    ole.say(type="watch", conversation=conversation, after=0, supervise=True)
    assert ole.hear("left")["state"] == "counsellor"


def test_after_the_end_the_form_comes_prefilled_and_is_taken_once(house, taken):
    _, conversation, mette = taken
    house.parts.store.move(conversation, lambda c: replace(c, facts=c.facts | {"topics": ["sorg"]}))
    mette.say(type="move", conversation=conversation, move="close")
    form = mette.hear("form", conversation=conversation)
    assert form["topic"] == "sorg"
    assert [row["owes_form"] for row in mette.hear("overview")["closed"]] == [True]
    answers = dict(topic="sorg", age_band=None, suggested=[], outcome="talked", underretning=False)
    mette.say(type="form", conversation=conversation, **answers)
    mette.hear("formed", conversation=conversation)
    mette.say(type="form", conversation=conversation, **answers)
    assert mette.hear("refused", of="form")["reason"] == "form_not_owed"


def test_that_the_visitors_page_shows_it_is_seen_at_the_desk(house, taken):
    token, conversation, mette = taken
    mette.write(conversation, "hej")
    seq = mette.hear("ack")["seq"]
    house.parts.reached.got(conversation, seq)
    house.client.portal.call(house.parts.hub.publish, conversation, {"type": "delivery"})
    while mette.hear("delivery")["upto"] < seq:
        pass


def test_ready_sentences_are_ones_own_or_shared(house, tools, open_desk, taken):
    _, conversation, mette = taken
    kim = house.counsellor("kim", "Kim", "koordinator")
    page = kim.get("/console/svar")
    saved = kim.post("/console/svar", data={"csrf": tools.csrf(page.text), "title": "Hilsen", "text": "Hej [navn]",
                                            "shared": "1"})
    assert saved.status_code == 200 and "gemt" in saved.text
    mette.say(type="canned")
    assert [(r["title"], r["shared"]) for r in mette.hear("canned")["replies"]] == [("Hilsen", True)]
    ole = house.counsellor("ole", "Ole")
    form = {"csrf": tools.csrf(ole.get("/console/svar").text), "title": "Min", "text": "Hej"}
    assert ole.post("/console/svar", data=form | {"shared": "1"}).status_code == 400
    assert ole.post("/console/svar", data=form).status_code == 200
    assert ole.post("/console/svar", data=form | {"id": "1", "delete": "1"}).status_code == 400
