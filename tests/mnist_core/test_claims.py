"""Who logged in is read from what a login provider claims, whatever that is."""

import pytest

from mnist_core import DigitLabError, claims
from mnist_core.claims import Login
from mnist_core.settings import Settings

NOW = 1_800_000_000.0
HOUR = 3_600
GIVEN: dict[str, object] = {"iss": "https://login.school.org", "sub": "17", "name": "One", "iat": NOW - HOUR}


def read(settings: Settings | None = None, **changed: object) -> Login:
    return claims.read(GIVEN | changed, settings or Settings(), NOW)


def test_a_person_is_issuer_and_subject_with_a_name_and_is_a_learner_unless_named() -> None:
    assert read() == Login("https://login.school.org", "17", "One", teacher=False, allowed=True, expired=False)


@pytest.mark.parametrize("claim", ["iss", "sub"])
@pytest.mark.parametrize("value", [None, "", 17, True, ["17"], {"a": 1}, "a" * 256, "a\0b", "a\nb", "\ud800"])
def test_claims_that_do_not_say_who_it_is_are_one_sentence(claim: str, value: object) -> None:
    with pytest.raises(DigitLabError, match=r"\A[^\n]*did not say who you are[^\n]*\.\Z"):
        read(**{claim: value})


def test_no_claims_at_all_are_one_sentence() -> None:
    with pytest.raises(DigitLabError, match="did not say who you are"):
        claims.read({}, Settings(), NOW)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë Ångström", "Zoë Ångström"),
        ("李小龙", "李小龙"),
        ("نور", "نور"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # noqa: RUF001 (with the joiner that Persian is written with)
        ("  One \n Two\t", "One Two"),
        ("One\0\x07Two", "OneTwo"),
        ("\u202eenO", "enO"),
        ("One\ud800", "One"),
        ("**One** <b>$x$</b> :smile:", "**One** <b>$x$</b> :smile:"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("é" * 10_000, "é" * 59 + "…"),
        ("a" * 60, "a" * 60),
        ("", "user"),
        ("\0 \u202e", "user"),
        (None, "user"),
        (["One"], "user"),
    ],
)
def test_a_name_is_shown_as_given_where_it_can_be_shown_in_a_line(name: object, shown: str) -> None:
    assert read(name=name, preferred_username="user").name == shown


def test_a_person_without_any_name_has_one_that_teachers_can_tell_apart() -> None:
    assert read(name=None, sub="0123456789").name == "Person 01234567"


@pytest.mark.parametrize(
    ("teachers", "changed", "teacher"),
    [
        ("17", {}, True),
        ("1,17 , 3", {}, True),
        ("1", {}, False),
        ("t@school.org", {"email": "t@school.org", "email_verified": True}, True),
        ("T@School.org", {"email": "t@sCHOOL.org", "email_verified": True}, True),
        ("@school.org", {"email": "t@school.org", "email_verified": True}, True),
        ("t@school.org", {"email": "t@school.org"}, False),
        ("t@school.org", {"email": "t@school.org", "email_verified": False}, False),
        ("t@school.org", {"email": "t@school.org", "email_verified": "true"}, False),
        ("t@school.org", {"email": ["t@school.org"], "email_verified": True}, False),
        ("t@school.org", {"sub": "t@school.org"}, False),
        ("t@school.org", {"name": "t@school.org", "preferred_username": "t@school.org"}, False),
        ("@school.org", {"email": "t@evil.school.org", "email_verified": True}, False),
        ("@school.org", {"email": "t@evilschool.org", "email_verified": True}, False),
        ("@school.org", {"email": "t@school.org@evil.org", "email_verified": True}, False),
        ("k@school.org", {"email": "\N{KELVIN SIGN}@school.org", "email_verified": True}, False),
        ("17", {"sub": "１７"}, False),  # noqa: RUF001
        ("", {"email": "", "email_verified": True}, False),
    ],
)
def test_a_teacher_is_named_by_a_verified_address_or_a_subject(
    teachers: str, changed: dict[str, object], teacher: bool
) -> None:
    assert read(Settings(teachers=teachers), **changed).teacher == teacher


@pytest.mark.parametrize(
    ("settings", "changed", "allowed"),
    [
        (Settings(), {}, True),
        (Settings(learners="17"), {}, True),
        (Settings(learners="18"), {}, False),
        (Settings(learners="@school.org"), {"email": "one@school.org", "email_verified": True}, True),
        (Settings(learners="@school.org"), {"email": "one@school.org"}, False),
        (Settings(learners="18", teachers="17"), {}, True),
    ],
)
def test_who_may_use_the_server_is_listed_and_teachers_may_always(
    settings: Settings, changed: dict[str, object], allowed: bool
) -> None:
    assert read(settings, **changed).allowed == allowed


@pytest.mark.parametrize(
    ("issued", "expired"),
    [
        (NOW, False),
        (NOW - 2 * HOUR + 1, False),
        (NOW - 2 * HOUR, True),
        (NOW + 60, False),
        (None, True),
        ("1800000000", True),
        (True, True),
        (float("nan"), True),
    ],
)
def test_a_login_ends_after_the_hours_of_the_settings(issued: object, expired: bool) -> None:
    assert read(Settings(login_hours=2), iat=issued).expired == expired
