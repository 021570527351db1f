"""A person's own digits: drawn or photographed, labelled, and stored with what the classifiers took them for."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import JSON, ColumnElement, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from typing_extensions import TypedDict  # pydantic checks the standard library's only from Python 3.12 on

from mnist_core import DigitLabError
from mnist_core.data import Digits
from mnist_core.drawing import Strokes
from mnist_core.store.access import Access
from mnist_core.store.base import Base
from mnist_core.store.clock import now
from mnist_core.store.database import Database, Insert, insert_into
from mnist_core.store.person import Owned

_YEAR_2200 = 7_258_118_400


class Answer(TypedDict):
    """What one classifier took a digit for."""

    judge: Annotated[str, Field(max_length=200)]
    """Name of the classifier as people know it, such as a run's name."""
    run: Annotated[int, Field(ge=1, lt=2**63)] | None
    digit: Annotated[int, Field(ge=0, le=9)] | None
    """None: "I don't know"."""
    probability: Annotated[float, Field(ge=0, le=1)]


class Origin(BaseModel):
    """When a digit was first stored, in seconds since 1970 (None: now), and what it was taken for then."""

    model_config = ConfigDict(frozen=True)

    created: Annotated[float, Field(ge=0, lt=_YEAR_2200)] | None = None
    answers: Annotated[list[Answer], Field(fail_fast=True)] = []


class NewDigit(Origin):
    """A digit to be stored; the fields are those of `OwnDigit`."""

    label: int
    strokes: Strokes | None
    image: Annotated[bytes, Field(min_length=784, max_length=784)]


class OwnDigit(Owned, Base):
    """A digit that somebody drew or photographed and labelled; each image is stored once for each person."""

    __tablename__ = "own_digits"
    __table_args__ = (
        UniqueConstraint("owner_id", "image"),
        {"sqlite_autoincrement": True},  # ids appear in exported files
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[float]
    label: Mapped[int]
    """The digit meant, 0 to 9."""
    strokes: Mapped[Strokes | None] = mapped_column(JSON)
    """Strokes of [x, y] points in pixels of the 280x280 canvas, y down; None for a photographed digit."""
    image: Mapped[bytes]
    """The normalised 28x28 pixels, row by row."""
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What the classifiers took it for when it was stored: a list of `Answer`."""

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """(28, 28) uint8, white ink 255 on black 0, read-only."""
        return np.frombuffer(self.image, np.uint8).reshape(28, 28)

    @property
    def checksum(self) -> str:
        return image_checksum(self.image)


def image_checksum(image: bytes) -> str:
    """MD5 sum of an image's 784 bytes; by these, a run knows which digits it was trained on."""
    return hashlib.md5(image).hexdigest()


class OwnDigits:
    """Own digits are added, listed, relabelled and deleted.

    Labels are 0 to 9, `DigitLabError` otherwise; ids of deleted digits and of other people's are ignored.
    """

    def __init__(self, database: Database, access: Access) -> None:
        self._database, self._access = database, access

    def add(self, label: int, image: NDArray[np.uint8], strokes: Strokes | None, answers: Sequence[Answer]) -> OwnDigit:
        """Store a digit, or relabel the one that has the same image; `image` is (28, 28) uint8."""
        digit = {"label": label, "image": image.tobytes(), "strokes": strokes, "answers": answers}
        rows = _checked([NewDigit.model_validate(digit)])
        with self._database.transaction() as session:
            return session.scalars(_upsert(session).returning(OwnDigit), self._dated(session, rows)).one()

    def add_many(self, digits: Iterable[NewDigit]) -> int:
        """Store many as `add` does one, all or none; return how many were new."""
        rows = _checked(digits)
        count = select(func.count()).select_from(OwnDigit).where(self._access.mine(OwnDigit))
        with self._database.transaction() as session:
            before = session.scalars(count).one()
            if rows:
                session.execute(_upsert(session), self._dated(session, rows))
            return session.scalars(count).one() - before

    def all(self) -> list[OwnDigit]:
        """All of them, newest first."""
        with self._database.transaction() as session:
            mine = select(OwnDigit).where(self._access.mine(OwnDigit))
            return list(session.scalars(mine.order_by(OwnDigit.created.desc(), OwnDigit.id.desc())))

    def relabel(self, ids: Sequence[int], label: int) -> None:
        """Change the label of the digits with these ids."""
        _check(label)
        with self._database.transaction() as session:
            session.execute(update(OwnDigit).where(self._mine(ids)).values(label=int(label)))

    def delete(self, ids: Sequence[int]) -> None:
        with self._database.transaction() as session:
            session.execute(delete(OwnDigit).where(self._mine(ids)))

    def _mine(self, ids: Sequence[int]) -> ColumnElement[bool]:
        return OwnDigit.id.in_(ids) & self._access.mine(OwnDigit)

    def _dated(self, session: Session, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows with their owner, and with the present time where they have none."""
        time, owner = session.scalar(select(now())), {"owner_id": self._access.owner_id}
        return [row | owner | {"created": time if row["created"] is None else row["created"]} for row in rows]


def as_digits(own: Sequence[OwnDigit]) -> Digits:
    """Images and labels of at least one own digit."""
    return Digits(np.stack([digit.pixels for digit in own]), np.array([digit.label for digit in own], np.uint8))


def _upsert(session: Session) -> Insert:
    new = insert_into(session, OwnDigit)
    return new.on_conflict_do_update(
        index_elements=[OwnDigit.owner_id, OwnDigit.image], set_={"label": new.excluded.label}
    )


def _checked(digits: Iterable[NewDigit]) -> list[dict[str, Any]]:
    rows = [digit.model_dump() for digit in digits]
    for row in rows:
        _check(row["label"])
    return rows


def _check(label: int) -> None:
    if label not in range(10):
        raise DigitLabError(f"A label of {label} is not possible; choose a digit from 0 to 9.")
