"""Sweeps: searches for good settings, whose runs are numbered and may be stopped early."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"


_INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "sweeps",
        sa.Column("id", _INTEGER, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("name", "data_set", "wanted")),
        sa.Column("data_set_size", _INTEGER, nullable=False),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("settings", "plan")),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("finished", sa.Double),
        sqlite_autoincrement=True,
    )
    # Without a foreign key, which SQLite can give to a new table only.
    for name in ("sweep_id", "number", "confirms"):
        op.add_column("runs", sa.Column(name, _INTEGER))
    op.add_column("runs", sa.Column("pruner_notes", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("runs", sa.Column("pruned_because", sa.String, nullable=False, server_default=""))
    op.create_index("runs_of_sweep", "runs", ["sweep_id", "number"], unique=True)
