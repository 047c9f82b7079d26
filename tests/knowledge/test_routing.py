from datetime import datetime, timedelta

import pytest

from knowledge.hours import COPENHAGEN
from knowledge.routing import Need, is_unmet, suggest

AFTERNOON = datetime(2026, 11, 26, 14, 0, tzinfo=COPENHAGEN)
NIGHT = datetime(2026, 11, 26, 2, 0, tzinfo=COPENHAGEN)


@pytest.fixture
def kinds(catalogue):
    def ask(*topics, municipality="hedensted", now=AFTERNOON, **more):
        need = Need(topics, municipality, now, **more)
        return [suggestion.kind for suggestion in suggest(catalogue, need)]
    return ask


@pytest.fixture
def ids(catalogue):
    def ask(*topics, municipality="hedensted", now=AFTERNOON, **more):
        return [s.offer.id for s in suggest(catalogue, Need(topics, municipality, now, **more))]
    return ask


@pytest.mark.parametrize(("topic", "first"), [
    ("angst", "angstgruppe"), ("sorg", "sorggruppe"), ("depression_tristhed", "depressionsgruppe"),
    ("vrede", "diamantforloeb"), ("foraeldre_alkohol_misbrug", "gruppe_alkohol_i_familien"),
    ("psykisk_syg_foraelder", "gruppe_boern_af_psykisk_syge"), ("krop_spiseforstyrrelse", "spiseforstyrrelse_lms"),
    ("digital_kraenkelse", "digital_sikkerhed_slethjaelp"), ("uddannelse_job_oekonomi", "uu_uddannelsesvejledning"),
    ("fritid_faellesskab", "fritid_ungdomsskole"), ("ensomhed", "ssp_raadgiver_chat")])
def test_a_clear_topic_gets_what_is_made_for_it_and_a_human_close_by(kinds, topic, first):
    found = kinds(topic)
    assert found[0] == first
    assert "ssp_raadgiver_chat" in found


@pytest.mark.parametrize(("topic", "made_for_it"), [
    ("angst", "angstgruppe"), ("vrede", "diamantforloeb"), ("psykisk_syg_foraelder", "gruppe_boern_af_psykisk_syge")])
def test_danger_without_a_class_gets_a_human_a_line_and_what_is_made_for_the_topic(kinds, topic, made_for_it):
    assert kinds(topic, risk="hoej") == ["ssp_raadgiver_chat", "boernetelefonen", made_for_it]


def test_an_unclear_topic_gets_a_human_first_and_the_group_second(kinds):
    assert kinds("angst", sure=False)[:2] == ["ssp_raadgiver_chat", "angstgruppe"]


def test_who_asks_for_a_human_gets_one_first(kinds):
    assert kinds("sorg", wants_human=True)[0] == "ssp_raadgiver_chat"
    assert kinds("andet", wants_human=True, faq="hvem_svarer")[0] == "ssp_raadgiver_chat"


def test_two_topics_both_get_something(kinds):
    assert {"skilsmissegruppe", "gruppe_alkohol_i_familien"} <= set(
        kinds("skilsmisse_familiekonflikt", "foraeldre_alkohol_misbrug", municipality="norddjurs"))


@pytest.mark.parametrize("question", [
    {"topics": ("smalltalk",)}, {"topics": ("udenfor_emne",)}, {"topics": ("andet",), "faq": "pris"},
    {"topics": (), "faq": "anonymitet"}])
def test_small_talk_and_questions_about_the_service_get_no_offer(catalogue, question):
    assert suggest(catalogue, Need(**{"municipality": "hedensted", "now": AFTERNOON, **question})) == []


def test_worry_about_nothing_in_particular_gets_a_human(kinds):
    assert kinds("andet", risk="bekymring")[0] == "ssp_raadgiver_chat"
    assert kinds("smalltalk", risk="bekymring")[0] == "ssp_raadgiver_chat"


def test_acute_danger_gets_112_first_and_then_the_line_for_it(kinds):
    assert kinds("selvmordstanker", risk="akut")[:2] == ["akuthjaelp", "livslinien"]
    assert kinds("vold_i_hjemmet", risk="akut")[:2] == ["akuthjaelp", "krisecenter_vold"]
    assert kinds("smalltalk", risk="akut")[0] == "akuthjaelp"


def test_poison_gets_the_doctor_s_line_while_it_is_open(ids):
    assert ids("andet", risk="akut", danger="forgiftning", now=NIGHT)[:2] == ["nat-112", "nat-laegevagt-midt"]
    assert "nat-laegevagt-midt" not in ids("andet", risk="akut", danger="forgiftning")


def test_the_doctor_s_question_for_a_cpr_number_is_told_first(catalogue):
    need = Need(("andet",), "hedensted", NIGHT, risk="akut", danger="medicinsk")
    doctor = suggest(catalogue, need)[1]
    assert doctor.next_step.startswith("Godt at vide først") and "CPR" in doctor.next_step


def test_serious_danger_at_night_gets_the_line_that_answers_first(ids):
    assert ids("selvmordstanker", risk="hoej")[0] == "hed-cyberhus"
    assert ids("selvmordstanker", risk="hoej", now=NIGHT)[0] == "nat-boernetelefonen"
    assert ids("selvmordstanker", risk="hoej", now=NIGHT, counsellor_ready=True)[0] == "hed-cyberhus"


def test_danger_beats_topic_and_wishes(kinds):
    found = kinds("fritid_faellesskab", risk="akut", formats=("gruppe",), anonymous=True, faq="pris")
    assert found[0] == "akuthjaelp"


def test_parents_get_advice_for_parents(ids, kinds):
    assert ids("foraeldreskab_teenager", audience="foraelder")[0] == "hed-foraeldrekontakten"
    assert "skilsmissegruppe" in kinds("skilsmisse_familiekonflikt", audience="foraelder")
    assert ids("foraeldreskab_smaaboern", audience="ukendt")[0] == "hed-foraeldrekontakten"


def test_a_course_for_parents_goes_by_the_child_s_age(ids):
    assert "nor-faa-styr-paa-angsten" in ids("angst", municipality="norddjurs", audience="foraelder", child_age=9)
    assert "nor-faa-styr-paa-angsten" not in ids("angst", municipality="norddjurs", audience="foraelder", child_age=16)
    assert "nor-faa-styr-paa-angsten" not in ids("angst", municipality="norddjurs", age=15)


def test_professionals_get_ppr_ssp_and_the_family_department(kinds):
    assert kinds("skolefravaer", audience="fagperson")[0] == "ppr"
    assert kinds("vold_i_hjemmet", audience="fagperson")[0] == "boern_og_familieafdeling"
    assert kinds("andet", audience="fagperson")[0] == "ssp_raadgiver_chat"


def test_the_right_age_is_kept(ids):
    assert "hed-diamantforloeb" in ids("vrede", age=15)
    assert "hed-diamantforloeb" not in ids("vrede", age=19)
    assert ids("digital_kraenkelse", age=15)[0] == "nat-sletdet"
    assert ids("digital_kraenkelse", age=20)[0] == "nat-dks-stopchikane"
    assert "hed-cyberhus" not in ids("ensomhed", age=12) and "hed-ssp" in ids("ensomhed", age=12)


def test_not_for_me_gives_others(ids, kinds):
    first = ids("angst")
    others = ids("angst", refused=tuple(first))
    assert others and not set(first) & set(others)
    assert "angstgruppe" not in kinds("angst", not_for_me=("no_groups",))
    assert "fritid_ungdomsskole" not in kinds("ensomhed", not_for_me=("too_far",))


def test_who_refused_everything_still_gets_a_human(catalogue):
    everything = tuple(offer.id for offer in catalogue.offers("hedensted"))
    found = suggest(catalogue, Need(("angst",), "hedensted", AFTERNOON, refused=everything))
    assert found[0].offer.here


def test_who_wants_to_be_anonymous_is_sent_nowhere_that_asks_for_a_name(catalogue):
    for topic in ("angst", "vold_i_hjemmet", "rusmidler"):
        found = suggest(catalogue, Need((topic,), "norddjurs", AFTERNOON, anonymous=True))
        assert all(s.offer.anonymous is not False for s in found)
        assert found[0].offer.anonymous or found[0].offer.here


def test_the_duty_to_pass_something_on_is_told_with_the_offer(catalogue):
    need = Need(("vold_i_hjemmet",), "hedensted", AFTERNOON)
    assert "sige det videre" in suggest(catalogue, need)[0].next_step
    calm = suggest(catalogue, Need(("fritid_faellesskab",), "hedensted", AFTERNOON))
    assert all("sige det videre" not in s.next_step for s in calm)


def test_parental_consent_is_told_before_the_way_in(catalogue):
    brus = suggest(catalogue, Need(("foraeldre_alkohol_misbrug",), "hedensted", AFTERNOON, age=15))[0]
    assert brus.next_step.index("under 18") < brus.next_step.index("Du fortæller")


def test_no_known_contact_means_a_counsellor_is_the_way_in(catalogue):
    group = suggest(catalogue, Need(("sorg",), "hedensted", AFTERNOON))[0]
    assert group.next_step.startswith("Skriv med en SSP-rådgiver her, så hjælper de dig videre.")


def test_outside_hours_the_counsellor_s_window_says_so_and_names_what_is_open(catalogue):
    here = next(s for s in suggest(catalogue, Need(("kaereste_venner",), "hedensted", NIGHT)) if s.offer.here)
    assert not here.open_now and here.reachable_now
    assert "ikke lige nu" in here.reach and "brevkassen" in here.reach and "116 111" in here.reach


def test_an_example_rota_promises_nothing(catalogue):
    here = next(s for s in suggest(catalogue, Need(("kaereste_venner",), "hedensted", AFTERNOON)) if s.offer.here)
    assert "til kl." not in here.reach


def test_unmet_need_is_somebody_with_a_topic_who_got_nothing_made_for_it(catalogue):
    def unmet(topic, municipality):
        need = Need((topic,), municipality, AFTERNOON)
        return is_unmet(suggest(catalogue, need), need)

    assert unmet("vrede", "norddjurs") and not unmet("vrede", "hedensted")


def test_an_unknown_municipality_and_a_naive_time_are_errors(catalogue):
    with pytest.raises(KeyError):
        suggest(catalogue, Need(("angst",), "atlantis", AFTERNOON))
    with pytest.raises(ValueError, match="aware"):
        suggest(catalogue, Need(("angst",), "hedensted", AFTERNOON.replace(tzinfo=None)))


def test_a_year_from_now_there_is_still_a_way(catalogue):
    for topic in ("angst", "selvmordstanker"):
        found = suggest(catalogue, Need((topic,), "hedensted", AFTERNOON + timedelta(days=365), risk="hoej"))
        assert any(s.open_now for s in found)
