"""A run may be a network that was brought in as a file."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    op.add_column("runs", sa.Column("imported", sa.Boolean, nullable=False, server_default="0"))
