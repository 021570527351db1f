"""Who logged in, from the claims that a login provider makes in an OpenID Connect ID token."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mnist_core import DigitLabError
from mnist_core.names import shortened
from mnist_core.settings import Settings

_LONGEST_ID = 255
"""Characters of a subject, as OpenID Connect has it; of an issuer too."""


@dataclass(frozen=True)
class Login:
    """A person who logged in: `issuer` and `subject` say who it is, `name` is what they are called.

    A person who is not `allowed`, or whose login has `expired`, must see nothing.
    """

    issuer: str
    subject: str
    name: str
    teacher: bool
    allowed: bool
    expired: bool


def read(claims: Mapping[str, object], settings: Settings, now: float) -> Login:
    """Say who logged in, and what the settings make of it; `now` is in seconds since 1970, as the claim `iat`.

    Raises `DigitLabError` where the claims do not say who it is.
    """
    issuer, subject = (_id(claims.get(claim)) for claim in ("iss", "sub"))
    if issuer is None or subject is None:
        raise DigitLabError("The login provider did not say who you are; ask your teacher to check its settings.")
    # An address that the provider has not checked is whatever a person typed.
    email = claims.get("email") if claims.get("email_verified") is True else None
    address = email if isinstance(email, str) else ""
    teacher = _is_named(settings.teacher_list, subject, address)
    return Login(
        issuer,
        subject,
        _name(claims.get("name")) or _name(claims.get("preferred_username")) or f"Person {subject[:8]}",
        teacher=teacher,
        allowed=teacher or not settings.learner_list or _is_named(settings.learner_list, subject, address),
        expired=not _is_fresh(claims.get("iat"), now - settings.login_hours * 3_600),
    )


def _id(claim: object) -> str | None:
    """An id as it is, since two that differ are two persons; None for what no provider should send."""
    if isinstance(claim, str) and 0 < len(claim) <= _LONGEST_ID and claim.isprintable():
        return claim
    return None


def _name(claim: object) -> str:
    """What of a name can be shown in one line; markup stays as it is, and is escaped where it is shown."""
    return shortened(claim) if isinstance(claim, str) else ""


def _is_named(listed: Collection[str], subject: str, address: str) -> bool:
    """Whether a list has the subject, the address or its domain.

    What has an @ is an address: a subject that looks like one was checked by nobody.
    """
    address = _folded(address)
    domain = address[address.rfind("@") :] if "@" in address else ""
    return any(
        part == subject if "@" not in part else bool(address) and _folded(part) in (address, domain) for part in listed
    )


def _folded(address: str) -> str:
    """Upper and lower case are the same in ASCII; beyond, letters of other addresses would become the same too."""
    return address.lower() if address.isascii() else address


def _is_fresh(issued: object, oldest: float) -> bool:
    return isinstance(issued, int | float) and not isinstance(issued, bool) and issued > oldest
