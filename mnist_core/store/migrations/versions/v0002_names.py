"""Runs of the same settings are repeats; what a run continues from, and what took long to compute, say so."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.rename_table("series", "repeats")
    op.rename_table("starts", "warm_starts")
    op.rename_table("kept", "results")
    op.alter_column("runs", "series", new_column_name="repeats_id")
    repeats = sa.table("repeats", sa.column("kind", sa.String))
    op.execute(repeats.update().where(repeats.c.kind == "spread").values(kind="seed variance"))
    for name in ("runs", "repeats"):
        _rename_setting(sa.table(name, sa.column("id", sa.Integer), sa.column("settings", sa.JSON)))


def _rename_setting(table: sa.TableClause) -> None:
    """`drawn`, the digits that the program draws, are `synthetic_digits`."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).all():
        settings = {"synthetic_digits" if name == "drawn" else name: value for name, value in row.settings.items()}
        connection.execute(table.update().where(table.c.id == row.id).values(settings=settings))
