"""Whose run is next, so that a long queue of one person does not keep the others waiting."""

from sqlalchemy import ColumnElement, Select, func, select

from mnist_core.store.clock import now
from mnist_core.store.person import Person
from mnist_core.store.schema import ACTIVE, ALIVE_SECONDS, Run


def next_first(*conditions: ColumnElement[bool]) -> Select[int]:
    """The ids of the queued runs that meet some conditions, that which is to be trained next first.

    It is of the person with the fewest runs that are trained at this moment; among equals, of the one whose last turn
    was the longest time ago; then the oldest. The others follow as people take turns.
    """
    training = Run.state.in_(ACTIVE) & (Run.reported > now() - ALIVE_SECONDS)
    turns = (
        select(
            Run.owner_id,
            func.count().filter(training).label("training"),
            # What was queued without a login has no person: there, the last report counts.
            func.coalesce(func.max(Person.trained), func.max(Run.reported), 0.0).label("last"),
        )
        .outerjoin(Person, Person.id == Run.owner_id)
        .group_by(Run.owner_id)
        .subquery()
    )
    turn = func.row_number().over(partition_by=Run.owner_id, order_by=Run.id)
    queued = select(Run.id).join(turns, turns.c.owner_id == Run.owner_id).where(Run.state == "queued", *conditions)
    return queued.order_by(turns.c.training + turn, turn, turns.c.last, Run.id)
