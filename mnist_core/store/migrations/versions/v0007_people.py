"""People, what belongs to whom, limits, and assignments."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _owner() -> sa.Column[int]:
    return sa.Column("owner_id", INTEGER, nullable=False, server_default="0")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def upgrade() -> None:
    limits = "most_runs", "most_megabytes"
    op.create_table(
        "people",
        sa.Column("id", INTEGER, primary_key=True),
        *_texts("issuer", "subject", "name", "role"),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("created", "seen")),
        sa.Column("trained", sa.Double, nullable=False, server_default="0"),
        sa.Column("test_openings", INTEGER, nullable=False, server_default="0"),
        *(sa.Column(name, INTEGER) for name in limits),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "class_settings",
        sa.Column("id", INTEGER, primary_key=True),
        *_texts("leaderboard"),
        *(sa.Column(name, INTEGER) for name in limits),
    )
    op.create_table(
        "assignments",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("created", sa.Double, nullable=False),
        *_texts("title", "data_set"),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("goal_accuracy", sa.Double, nullable=False),
        sa.Column("most_parameters", INTEGER),
        sqlite_autoincrement=True,
    )
    for name in ("runs", "repeats", "sweeps"):
        op.add_column(name, _owner())
        op.create_index(f"ix_{name}_owner_id", name, ["owner_id"])
    op.add_column("runs", sa.Column("shared", sa.Boolean, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("imported_start", sa.Boolean, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("bytes", INTEGER, nullable=False, server_default="0"))
    op.add_column("sweeps", sa.Column("paused_because", sa.String, nullable=False, server_default=""))
    # SQLite cannot change what is unique in a table, so there Alembic makes the table anew. Constraints of the past
    # have the names that PostgreSQL gives them.
    names = {"uq": "%(table_name)s_%(column_0_name)s_key", "pk": "%(table_name)s_pkey"}
    autoincrement = {"sqlite_autoincrement": True}
    with op.batch_alter_table("own_digits", naming_convention=names, table_kwargs=autoincrement) as table:
        table.add_column(_owner())
        table.drop_constraint("own_digits_image_key", type_="unique")
        table.create_unique_constraint("own_digits_owner_id_image_key", ["owner_id", "image"])
        table.create_index("ix_own_digits_owner_id", ["owner_id"])
    with op.batch_alter_table("openings", naming_convention=names) as table:
        table.add_column(_owner())
        table.drop_constraint("openings_pkey", type_="primary")
        table.create_primary_key("openings_pkey", ["owner_id", "key"])
