"""Workers of several hosts: ids that are unique across them, and checkpoints that no other worker overwrites."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    # Process ids of the past mean nothing any more. SQLite cannot change a column's type.
    op.drop_column("runs", "worker")
    op.add_column("runs", sa.Column("worker", sa.String))
    op.add_column("runs", sa.Column("losses", INTEGER, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("checkpoint", sa.String, nullable=False, server_default=""))
    runs = sa.table("runs", sa.column("id", INTEGER), sa.column("checkpoint", sa.String))
    name = sa.literal("run-") + sa.cast(runs.c.id, sa.String) + sa.literal(".checkpoint")
    op.execute(runs.update().values(checkpoint=name))
    op.drop_table("workers")
    op.create_table(
        "workers",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("reported", sa.Double, nullable=False),
        sa.Column("device", sa.JSON, nullable=False),
    )
