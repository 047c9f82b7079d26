"""The page about the channels."""

import pytest

PASSWORD = "en lang nok kode"


def log_in(client, house, role):
    house.accounts.create("lis", "Lis", role, PASSWORD)
    token = house.accounts.log_in("lis", PASSWORD, house.parts.clock())
    client.cookies.set("indgang_console", token, path="/console")


@pytest.mark.parametrize(("role", "status"), [("administrator", 200), ("koordinator", 200), ("raadgiver", 403),
                                              ("redaktoer", 403)])
def test_it_is_for_those_who_lead(client, house, role, status):
    assert client.get("/console/status", follow_redirects=False).status_code == 303
    log_in(client, house, role)
    assert client.get("/console/status").status_code == status


def test_a_channel_that_is_off_says_how_to_switch_it_on(client, house):
    log_in(client, house, "administrator")
    page = client.get("/console/status").text
    assert page.count("Slukket") == 2 and "sms_token" in page and "telegram_token" in page and "@BotFather" in page


def test_it_shows_the_last_messages_and_what_went_wrong_and_what_to_do(sms_door, sms_provider, clock):
    house = sms_door.house
    sms_door.sms("hej")
    sms_provider.has_text("svar")
    sms_door.post("/sms/gatewayapi", json={})
    sms_provider.plan.append(401)
    clock.forward(minutes=1)
    sms_door.sms("hej igen")
    sms_provider.until(lambda: sms_door.count("access") == 1)
    log_in(sms_door, house, "administrator")
    page = sms_door.get("/console/status")
    assert "25.11.2026 kl. 21:41" in page.text and "25.11.2026 kl. 21:40" in page.text
    assert "Adgangen blev afvist" in page.text and "Forkert eller manglende underskrift" in page.text
    assert "Fejl nu" in page.text and "Sådan løses det" in page.text
    assert "4500000001" not in page.text and "hej" not in page.text.split("<main")[1]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
