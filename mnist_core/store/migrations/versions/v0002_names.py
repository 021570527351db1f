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
