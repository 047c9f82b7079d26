import pytest

LETTER = "min mormor er død og jeg kan ikke sove"


@pytest.fixture
def send(house):
    def sent(text=LETTER, yes=True):
        return house.client.portal.call(house.gateway.letters.write, text, None, yes)
    return sent


def post(browser, tools, sent, move, **data):
    page = browser.get(f"/console/breve/{sent.letter.id}")
    return browser.post(f"/console/breve/{sent.letter.id}/{move}", data={"csrf": tools.csrf(page.text)} | data)


def public(**more):
    return {"title": "Jeg savner min mormor", "question": "Min mormor er død", "answer": "Det gør ondt.",
            "topics": ["sorg"]} | more


def revision(house, sent):
    return str(house.gateway.letters.store.get(sent.letter.id).revision)


def test_two_counsellors_answer_a_letter_and_lay_it_out(house, tools, send):
    sent, mette, ole = send(), house.counsellor(), house.counsellor("ole", "Ole")
    assert "mormor" in mette.get("/console/breve").text
    assert "En kollega kan nu godkende" in post(mette, tools, sent, "draft", text="Kære du").text
    own = mette.get(f"/console/breve/{sent.letter.id}").text
    assert "Godkend, og læg svaret klar" not in own
    assert post(mette, tools, sent, "approve", revision=revision(house, sent)).status_code == 409
    assert "ligger klar" in post(ole, tools, sent, "approve", revision=revision(house, sent)).text
    assert "lægge det ud" in post(ole, tools, sent, "propose", **public()).text
    assert post(ole, tools, sent, "publish", revision=revision(house, sent)).status_code == 409
    assert "Nu kan alle læse det" in post(mette, tools, sent, "publish", revision=revision(house, sent)).text
    listed = mette.get("/console/breve/lagt-ud")
    assert "Jeg savner min mormor" in listed.text
    found = house.gateway.letters.published("hedensted")[0]
    assert "taget ned" in mette.post(f"/console/breve/lagt-ud/{found.id}/tag-ned",
                                     data={"csrf": tools.csrf(listed.text)}).text
    assert house.gateway.letters.published("hedensted") == []


def test_who_opened_and_moved_a_letter_stands_in_the_log_without_its_words(house, tools, send):
    sent, mette, ole = send(), house.counsellor(), house.counsellor("ole", "Ole")
    post(mette, tools, sent, "draft", text="Kære du")
    post(ole, tools, sent, "approve", revision=revision(house, sent))
    post(ole, tools, sent, "approve", revision="0")  # refused: nothing was done
    page = house.counsellor("adam", "Adam", "administrator").get("/console/log").text
    for words in ("åbnede brevet", "skrev svar til brevet", "godkendte svaret til brevet"):
        assert page.count(words) == (2 if words == "åbnede brevet" else 1), words
    assert "mormor" not in page and "Kære du" not in page


def test_danger_stands_first_with_its_reasons(house, send):
    send("min kanin er syg")
    send("jeg vil ikke leve mere")
    page = house.counsellor().get("/console/breve").text
    assert page.index("jeg vil ikke leve mere") < page.index("min kanin er syg")
    assert "Alvorlig fare" in page or "Akut fare" in page


def test_what_was_written_is_not_lost_when_a_colleague_was_quicker(house, tools, send):
    sent, mette, ole = send(), house.counsellor(), house.counsellor("ole", "Ole")
    post(mette, tools, sent, "draft", text="Kære du")
    old = revision(house, sent)
    post(mette, tools, sent, "draft", text="Kære du, rettet")
    page = post(ole, tools, sent, "approve", revision=old)
    assert page.status_code == 409 and "En kollega har rettet" in page.text
    refused = post(ole, tools, sent, "propose", **public())
    assert refused.status_code == 409 and "ikke besvaret endnu" in refused.text


def test_a_publication_without_a_topic_or_a_yes_is_refused_and_a_name_in_it_is_masked(house, tools, send):
    sent, mette, ole = send(yes=False), house.counsellor(), house.counsellor("ole", "Ole")
    post(mette, tools, sent, "draft", text="Kære du")
    post(ole, tools, sent, "approve", revision=revision(house, sent))
    assert "ikke sagt ja" in post(mette, tools, sent, "propose", **public()).text
    house.client.portal.call(house.gateway.letters.wish, sent.code, True)
    refused = post(mette, tools, sent, "propose", **public(topics=[]))
    assert "Vælg mindst ét emne" in refused.text and "Jeg savner min mormor" in refused.text
    done = post(mette, tools, sent, "propose", **public(question="jeg hedder Sofie Madsen"))
    assert "er skjult" in done.text and "Madsen" not in done.text


def test_a_deleted_letter_a_strange_move_and_a_strange_revision_have_clear_answers(house, tools, send):
    sent, mette = send(), house.counsellor()
    assert post(mette, tools, sent, "approve", revision="²").status_code == 409
    assert post(mette, tools, sent, "explode").status_code == 404
    assert post(mette, tools, sent, "draft", text=" ").status_code == 400
    page = mette.get(f"/console/breve/{sent.letter.id}").text
    house.client.portal.call(house.gateway.letters.delete, sent.code)
    gone = mette.post(f"/console/breve/{sent.letter.id}/draft", data={"csrf": tools.csrf(page), "text": "Kære du"})
    assert gone.status_code == 404 and "findes ikke mere" in gone.text


def test_letters_are_for_those_who_talk_with_the_young_and_for_their_team(house, tools, send):
    sent = send()
    editor = house.counsellor("rita", "Rita", "redaktoer")
    assert editor.get("/console/breve").status_code == 403
    other = house.counsellor()
    house.accounts.set_teams(house.account("mette").id, ("foraeldrekontakten",))
    assert LETTER not in other.get("/console/breve").text
    assert other.get(f"/console/breve/{sent.letter.id}").status_code == 404
    assert house.visitor().get("/console/breve", follow_redirects=False).status_code == 303


def test_a_long_letter_and_its_answer_fit_into_the_form(house, tools, send):
    sent, mette = send("å" * 5900), house.counsellor()
    assert post(mette, tools, sent, "draft", text="ø" * 5900).status_code == 200
    assert post(mette, tools, sent, "draft", text="ø" * 6100).status_code == 413
