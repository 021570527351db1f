"""The history of the tables, one revision a change, carried out by Alembic.

A change of the tables is a new file in `versions` and a new `SCHEMA_VERSION` in `database`; a revision that has been
published stays as it is, since folders of that version exist.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Bring the tables up to the newest revision, within the connection's transaction."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "mnist_core.store:migrations")
    command.upgrade(config, "head")
