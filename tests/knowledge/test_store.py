import threading
from dataclasses import replace

import pytest

from knowledge import editing
from knowledge.catalogue import Catalogue
from knowledge.checking import InvalidOffer
from knowledge.store import Conflict, Store, UnknownOffer


@pytest.fixture
def catalogue(store, now):
    return Catalogue.open(store.served, clock=now.date)


@pytest.fixture
def data(store):
    return store.offer("hed-sorggruppe").as_data()


def test_a_draft_is_seen_by_nobody_until_it_is_published(store, catalogue, data, now):
    draft = editing.draft(store, data | {"name": "Sorggruppen"}, "redaktoer", now, note="nyt navn")
    assert catalogue.offer("hed-sorggruppe").name == "Sorggruppe"
    assert editing.preview(draft, now).name == "Sorggruppen"
    assert editing.difference(store, draft) == {"name": ("Sorggruppe", "Sorggruppen")}
    editing.publish(store, draft.id, "redaktoer", now)
    assert catalogue.offer("hed-sorggruppe").name == "Sorggruppen"
    assert editing.drafts(store) == []


def test_a_wrong_draft_is_refused_with_every_fault(store, data, now):
    with pytest.raises(InvalidOffer) as caught:
        editing.draft(store, data | {"name": "", "age_min": 99, "age_max": 1}, "redaktoer", now)
    assert {p.field for p in caught.value.problems} == {"name", "age_max"}


def test_a_professional_s_proposal_lands_as_a_draft_and_cannot_confirm_anything(store, catalogue, data, now):
    proposal = editing.propose(store, data | {"name": "Ny", "confirmed_on": "2026-11-26", "to_confirm": False,
                                              "status": "withdrawn", "notes": "x"}, now)
    assert proposal.kind == "proposal" and catalogue.offer("hed-sorggruppe").name == "Sorggruppe"
    assert proposal.offer.confirmed_on is None and proposal.offer.to_confirm
    assert proposal.offer.notes == data["notes"] and proposal.offer.status == "published"


def test_an_editor_has_one_draft_of_an_offer_and_proposals_stand_beside_it(store, data, now):
    editing.draft(store, data | {"name": "A"}, "redaktoer", now)
    editing.propose(store, data | {"name": "B"}, now)
    editing.draft(store, data | {"name": "C"}, "redaktoer", now)
    assert [d.offer.name for d in editing.drafts(store, "hed-sorggruppe")] == ["B", "C"]


def test_a_draft_does_not_write_over_what_a_colleague_did_meanwhile(store, data, now):
    draft = editing.draft(store, data | {"name": "A"}, "redaktoer", now)
    editing.confirm(store, "hed-sorggruppe", "redaktoer", now)
    with pytest.raises(Conflict):
        editing.publish(store, draft.id, "redaktoer", now)
    assert editing.publish(store, draft.id, "redaktoer", now, force=True).name == "A"


def test_confirming_shows_number_and_hours(store, catalogue, data, now):
    phone = {"channel": "telefon", "value": "70113131", "hours": {"all": ["10:00-12:00"]}}
    editing.publish(store, editing.draft(store, data | {"contacts": [phone]}, "redaktoer", now).id, "redaktoer", now)
    assert catalogue.offer("hed-sorggruppe").contacts[0].value is None
    editing.confirm(store, "hed-sorggruppe", "redaktoer", now)
    contact = catalogue.offer("hed-sorggruppe").contacts[0]
    assert contact.shown == "70 11 31 31" and contact.hours


def test_a_withdrawn_offer_is_gone_and_can_come_back(store, catalogue, now):
    editing.withdraw(store, "hed-sorggruppe", "redaktoer", now)
    assert catalogue.offer("hed-sorggruppe") is None
    editing.republish(store, "hed-sorggruppe", "redaktoer", now)
    assert catalogue.offer("hed-sorggruppe")


def test_every_change_is_kept_with_when_and_by_which_role(store, now):
    editing.withdraw(store, "hed-sorggruppe", "redaktoer", now)
    newest, first = store.changes("hed-sorggruppe")
    assert (newest.role, newest.action, newest.at) == ("redaktoer", "withdraw", now.isoformat())
    assert (first.role, first.action, first.before) == ("system", "seed", None)


def test_a_person_s_name_is_no_role(store, now):
    with pytest.raises(ValueError, match="role"):
        editing.withdraw(store, "hed-sorggruppe", "Anne Jensen", now)


def test_rolling_back_restores_and_refuses_when_something_came_after(store, now):
    editing.withdraw(store, "hed-sorggruppe", "redaktoer", now)
    withdrawn = store.last_batch()
    editing.republish(store, "hed-sorggruppe", "redaktoer", now)
    with pytest.raises(Conflict):
        store.rollback(withdrawn, "redaktoer", now)
    store.rollback(store.last_batch(), "redaktoer", now)
    assert store.offer("hed-sorggruppe").status == "withdrawn"
    with pytest.raises(UnknownOffer):
        store.rollback(999, "redaktoer", now)


def test_all_of_a_batch_is_written_or_none(store, now):
    good = replace(store.offer("hed-sorggruppe"), name="Ny")
    with pytest.raises(Conflict):
        store.change({"hed-sorggruppe": good}, "import", "import", now, expected={"hed-sorggruppe": {"id": "other"}})
    assert store.offer("hed-sorggruppe").name == "Sorggruppe"


def test_a_new_seed_updates_what_nobody_edited_and_leaves_edits_alone(store, tmp_path, now):
    import shutil

    from knowledge.datafiles import DATA
    editing.withdraw(store, "hed-angstgruppe", "redaktoer", now)
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    file = copy / "hedensted" / "offers.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("name: Sorggruppe", "name: Sorggruppen").replace("name: Angstgruppe", "name: Ny"),
                    encoding="utf-8")
    again = Store(store.path, store.served, copy)
    assert again.seed(now) == 1
    assert again.offer("hed-sorggruppe").name == "Sorggruppen"
    assert again.offer("hed-angstgruppe").status == "withdrawn"
    assert again.seed(now) == 0


def test_editors_at_the_same_time_lose_nothing(store, now):
    ids = [offer.id for offer in store.offers()][:8]
    threads = [threading.Thread(target=editing.confirm, args=(store, i, "redaktoer", now)) for i in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(store.offer(i).confirmed_by == "redaktoer" for i in ids)
    served = Catalogue.open(store.served, clock=now.date)
    assert served.snapshot().revision == str(store.last_batch()) == "9"
