"""The telephone's code, the recovery codes, and invitations that are used once."""

from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher

from bot.accounts import AccountError, Accounts
from bot.invitations import Invitations
from bot.second_factor import MOST_TRIES, RECOVERY_CODES, SecondFactor

PASSWORD = "en lang nok kode"


@pytest.fixture
def accounts(parts):
    return Accounts(parts.store.database, timedelta(minutes=60), PasswordHasher(1, 64, 1))


@pytest.fixture
def anna(accounts):
    return accounts.create("anna", "Anna", "raadgiver", PASSWORD)


@pytest.fixture
def second(parts):
    return SecondFactor(parts.store.database, parts.store.box)


def totp(address):
    return pyotp.parse_uri(address)


def switched_on(second, anna, clock):
    phone = totp(second.begin(anna, "anna", "Én indgang"))
    codes = second.confirm(anna, phone.at(clock()), clock())
    clock.forward(seconds=60)
    return phone, codes


def test_it_counts_once_a_code_has_confirmed_it(second, anna, clock):
    phone = totp(second.begin(anna, "anna", "Én indgang"))
    assert not second.is_on(anna)
    with pytest.raises(AccountError):
        second.confirm(anna, "000000", clock())
    assert len(set(second.confirm(anna, phone.at(clock()), clock()))) == RECOVERY_CODES
    assert second.is_on(anna)


def test_no_code_is_taken_twice_and_none_that_is_old(second, anna, clock):
    phone, _ = switched_on(second, anna, clock)
    code = phone.at(clock())
    assert second.check(anna, code, clock()) and not second.check(anna, code, clock())
    assert not second.check(anna, phone.at(clock() - timedelta(minutes=5)), clock())


def test_a_recovery_code_works_once(second, anna, clock, accounts):
    _, codes = switched_on(second, anna, clock)
    other = accounts.create("bo", "Bo", "raadgiver", PASSWORD)
    assert not second.check(other, codes[0], clock())
    assert second.check(anna, f"{codes[0][:5]}-{codes[0][5:]}".upper(), clock())
    assert not second.check(anna, codes[0], clock()) and second.check(anna, codes[1], clock())


def test_a_half_log_in_ends_after_five_wrong_codes_or_five_minutes(second, anna, clock, accounts):
    phone, _ = switched_on(second, anna, clock)
    half = second.half(anna, clock())
    assert accounts.session(half, clock()) is None, "it is no session"
    for _ in range(MOST_TRIES):
        with pytest.raises(AccountError, match="wrong_code"):
            second.complete(half, "000000", clock())
    with pytest.raises(AccountError, match="half_gone"):
        second.complete(half, phone.at(clock()), clock())
    late = second.half(anna, clock())
    clock.forward(minutes=6)
    with pytest.raises(AccountError, match="half_gone"):
        second.complete(late, phone.at(clock()), clock())
    assert second.complete(second.half(anna, clock()), phone.at(clock()), clock()) == anna


def test_ten_wrong_codes_lock_the_second_step_however_often_the_password_was_right(second, anna, clock):
    switched_on(second, anna, clock)
    for _ in range(2):
        half = second.half(anna, clock())
        for _ in range(MOST_TRIES):
            with pytest.raises(AccountError, match="wrong_code"):
                second.complete(half, "000000", clock())
    with pytest.raises(AccountError, match="locked"):
        second.half(anna, clock())
    clock.forward(minutes=16)
    second.half(anna, clock())


def test_the_secret_is_sealed_and_the_codes_are_fingerprints(second, anna, clock, parts):
    phone, codes = switched_on(second, anna, clock)
    with parts.store.database.read() as connection:
        dump = "".join(str(connection.exec_driver_sql(f"select * from {t}").all())
                       for t in ("second_factors", "recovery_codes"))
    assert phone.secret not in dump and not any(code in dump for code in codes)


@pytest.fixture
def invitations(parts, accounts):
    return Invitations(parts.store.database, accounts, timedelta(hours=72))


def test_an_invitation_makes_one_account_and_looking_uses_nothing_up(invitations, accounts, clock):
    token = invitations.invite("koordinator", clock())
    assert invitations.role(token, clock()) == invitations.role(token, clock()) == "koordinator"
    with pytest.raises(AccountError, match="password_short"):
        invitations.accept(token, "bo", "Bo", "kort", clock())
    made = invitations.accept(token, "bo", "Bo", PASSWORD, clock())
    assert accounts.get(made).role == "koordinator"
    with pytest.raises(AccountError, match="invitation_gone"):
        invitations.accept(token, "eva", "Eva", PASSWORD, clock())


def test_an_invitation_expires_and_can_be_withdrawn(invitations, clock):
    late, withdrawn = invitations.invite("raadgiver", clock()), invitations.invite("raadgiver", clock())
    invitations.withdraw(invitations.open(clock())[1][0])
    with pytest.raises(AccountError):
        invitations.role(withdrawn, clock())
    clock.forward(hours=73)
    with pytest.raises(AccountError):
        invitations.role(late, clock())
    assert invitations.open(clock()) == []
