"""Accounts of counsellors: passwords, sessions, locks, and what an administrator may do."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from bot.accounts import FAILURES_BEFORE_LOCK, AccountError, Accounts

PASSWORD = "en lang nok kode"


@pytest.fixture
def accounts(parts):
    return Accounts(parts.store.database, timedelta(minutes=60),
                    PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def mette(accounts):
    return accounts.create("mette", "Mette", "raadgiver", PASSWORD)


def refused(reason):
    return pytest.raises(AccountError, match=f"^{reason}$")


def test_whoever_logs_in_has_a_session_with_a_csrf_token_of_its_own(accounts, mette, clock):
    first = accounts.session(accounts.log_in("Mette ", PASSWORD, clock()), clock())
    second = accounts.session(accounts.log_in("mette", PASSWORD, clock()), clock())
    assert first.counsellor.id == second.counsellor.id == mette
    assert first.csrf != second.csrf


def test_neither_password_nor_session_token_is_stored(accounts, mette, clock, parts):
    token = accounts.log_in("mette", PASSWORD, clock())
    parts.store.database.close()
    stored = b"".join(p.read_bytes() for p in parts.settings.data.glob("indgang.sqlite*"))
    assert PASSWORD.encode() not in stored and token.encode() not in stored and b"$argon2id$" in stored


def test_a_session_ends_after_the_idle_time_and_lives_while_it_is_used(accounts, mette, clock):
    token = accounts.log_in("mette", PASSWORD, clock())
    for _ in range(3):
        clock.forward(minutes=50)
        assert accounts.session(token, clock())
    clock.forward(minutes=61)
    assert accounts.session(token, clock()) is None


def test_a_look_does_not_keep_a_session_alive(accounts, mette, clock):
    token = accounts.log_in("mette", PASSWORD, clock())
    clock.forward(minutes=50)
    assert accounts.session(token, clock(), keep_alive=False)
    clock.forward(minutes=11)
    assert accounts.session(token, clock(), keep_alive=False) is None


def test_after_several_failures_the_right_password_waits_too(accounts, mette, clock):
    for _ in range(FAILURES_BEFORE_LOCK):
        with refused("wrong_login"):
            accounts.log_in("mette", "noget helt andet", clock())
    with refused("locked"):
        accounts.log_in("mette", PASSWORD, clock())
    clock.forward(minutes=16)
    assert accounts.log_in("mette", PASSWORD, clock())


def test_a_changed_password_ends_every_session(accounts, mette, clock):
    token = accounts.log_in("mette", PASSWORD, clock())
    accounts.change_password(mette, PASSWORD, "en anden lang kode")
    assert accounts.session(token, clock()) is None
    assert accounts.log_in("mette", "en anden lang kode", clock())


@pytest.mark.parametrize("old, new, reason", [
    ("forkert kode her", "en anden lang kode", "wrong_password"), (PASSWORD, PASSWORD, "same_password"),
    (PASSWORD, "kort", "password_short"), (PASSWORD, "x" * 201, "password_long")])
def test_a_password_that_cannot_be_taken_changes_nothing(accounts, mette, clock, old, new, reason):
    with refused(reason):
        accounts.change_password(mette, old, new)
    assert accounts.log_in("mette", PASSWORD, clock())


@pytest.mark.parametrize("given, reason", [
    (("mette", "Mette", "raadgiver"), "username_taken"), (("ole", "Ole", "chef"), "unknown_role"),
    (("", "Ole", "raadgiver"), "name_missing"), (("ole", "  ", "raadgiver"), "name_missing")])
def test_an_account_that_cannot_be_made_is_refused_with_its_reason(accounts, mette, given, reason):
    with refused(reason):
        accounts.create(*given, PASSWORD)


def test_an_invited_counsellor_must_choose_a_password(accounts, clock):
    password = accounts.invite("ole", "Ole", "raadgiver")
    session = accounts.session(accounts.log_in("ole", password, clock()), clock())
    assert session.counsellor.must_change
    accounts.change_password(session.counsellor.id, password, PASSWORD)
    assert not accounts.get(session.counsellor.id).must_change


def test_the_first_account_is_made_once(accounts, clock):
    username, password = accounts.create_first()
    assert accounts.session(accounts.log_in(username, password, clock()), clock()).counsellor.role == "administrator"
    assert accounts.create_first() is None


def test_a_renewed_password_ends_sessions_and_the_lock(accounts, mette, clock):
    token = accounts.log_in("mette", PASSWORD, clock())
    for _ in range(FAILURES_BEFORE_LOCK):
        with refused("wrong_login"):
            accounts.log_in("mette", "noget helt andet", clock())
    password = accounts.renew(mette)
    assert accounts.session(token, clock()) is None
    assert accounts.session(accounts.log_in("mette", password, clock()), clock()).counsellor.must_change


def test_a_disabled_account_is_logged_out_and_cannot_log_in_until_it_is_opened_again(accounts, mette, clock):
    token = accounts.log_in("mette", PASSWORD, clock())
    accounts.set_disabled(mette, True)
    assert accounts.session(token, clock()) is None
    with refused("wrong_login"):
        accounts.log_in("mette", PASSWORD, clock())
    accounts.set_disabled(mette, False)
    assert accounts.log_in("mette", PASSWORD, clock())


def test_the_last_administrator_stays(accounts):
    chef, other = (accounts.create(name, name, "administrator", PASSWORD) for name in ("chef", "anden"))
    accounts.set_disabled(other, True)
    with refused("last_administrator"):
        accounts.set_disabled(chef, True)


def test_an_unknown_account_can_be_neither_renewed_nor_disabled(accounts):
    with refused("unknown_account"):
        accounts.renew(99)
    with refused("unknown_account"):
        accounts.set_disabled(99, True)


def test_everyone_is_listed_with_who_is_disabled(accounts, mette):
    accounts.create("anna", "Anna", "koordinator", PASSWORD)
    accounts.set_disabled(mette, True)
    assert [(a.counsellor.username, a.disabled) for a in accounts.everyone()] == [("anna", False), ("mette", True)]
