"""Who the people are that use a server with login, and what belongs to whom."""

from typing import Literal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from mnist_core.store.base import Base

Role = Literal["learner", "teacher"]
NOBODY = 0
"""The owner of what was made without login, or by the command line. It counts as the teachers'."""


class Person(Base):
    """Somebody who has logged in. No e-mail address is stored."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    """Address of the login provider."""
    subject: Mapped[str]
    """The provider's id of the person."""
    name: Mapped[str]
    role: Mapped[str]
    """A `Role`, as the settings said at the last login."""
    created: Mapped[float]
    seen: Mapped[float]
    """When the person logged in last, or opened the app anew."""
    trained: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """When a worker took a run of the person last, which may have been deleted since; 0 for never."""
    test_openings: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the person opened the test set, for runs that were deleted since too."""
    most_runs: Mapped[int | None]
    """Runs in progress that this person may have; None: as many as the others."""
    most_megabytes: Mapped[int | None]
    """Disk space in MB for this person's runs; None: as much as for the others."""

    @property
    def is_teacher(self) -> bool:
        return self.role == "teacher"


class Owned:
    """What belongs to a person."""

    owner_id: Mapped[int] = mapped_column(default=NOBODY, server_default="0", index=True)

    @declared_attr
    @classmethod
    def owner(cls) -> Mapped[Person | None]:
        """The person; None where it is nobody's."""
        # Without a foreign key, which SQLite can give to a new table only.
        owner = f"foreign({cls.__name__}.owner_id) == Person.id"
        return relationship(Person, primaryjoin=owner, lazy="joined", viewonly=True)

    @property
    def is_the_teachers(self) -> bool:
        """Whether the whole class may look at it: it is a teacher's or nobody's."""
        return self.owner_id == NOBODY or (self.owner is not None and self.owner.is_teacher)
