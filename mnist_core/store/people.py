"""The people who have logged in."""

from sqlalchemy import select

from mnist_core.store.access import Access
from mnist_core.store.clock import now
from mnist_core.store.database import Database, insert_into
from mnist_core.store.person import Person, Role


class People:
    """People are added and brought up to date as they log in; `DigitLabError` where one may not do that."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database, self._access = database, access

    def sign_in(self, issuer: str, subject: str, name: str, *, teacher: bool = False) -> Person:
        """The person whom a login provider calls `subject`, with the name and the role that hold from now on."""
        self._access.require_program()
        role: Role = "teacher" if teacher else "learner"
        with self._database.transaction() as session:
            new = insert_into(session, Person).values(
                issuer=issuer, subject=subject, name=name, role=role, created=now(), seen=now()
            )
            session.execute(
                new.on_conflict_do_update(
                    index_elements=[Person.issuer, Person.subject], set_={"name": name, "role": role, "seen": now()}
                )
            )
            return session.scalars(select(Person).where(Person.issuer == issuer, Person.subject == subject)).one()

    def get_all(self) -> list[Person]:
        """Everybody who has ever logged in, by name."""
        self._access.require_teacher("see who is in the class")
        with self._database.transaction() as session:
            return list(session.scalars(select(Person).order_by(Person.name, Person.id)))
