"""A run says how many training images its data set has, which was MNIST or its embedded part so far."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    op.add_column(
        "runs",
        sa.Column(
            "data_set_size", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, server_default="4000"
        ),
    )
    runs = sa.table("runs", sa.column("data_set", sa.String), sa.column("data_set_size", sa.Integer))
    op.execute(runs.update().where(runs.c.data_set == "MNIST").values(data_set_size=60_000))
