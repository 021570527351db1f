"""The tables before migrations were introduced. A still older database gets the tables and columns that it lacks."""

from collections.abc import Mapping
from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
)

revision, down_revision = "0001", None

tables = MetaData()
# The same as before in SQLite, where integers have 64 bits; PostgreSQL came with a later version.
INTEGER = BigInteger().with_variant(Integer, "sqlite")
TYPES: Mapping[str, Any] = {"integer": INTEGER, "real": Double, "text": String, "json": JSON, "blob": LargeBinary}
AUTOINCREMENT: Mapping[str, Any] = {"sqlite_autoincrement": True}


def _define_table(name: str, *columns: Column[Any], options: Mapping[str, Any] | None = None, **names: str) -> None:
    """Define a table of `columns` and of those named by their type; a name with a question mark may be NULL."""
    for type_, line in names.items():
        for column in line.split():
            columns += (Column(column.rstrip("?"), TYPES[type_], nullable=column.endswith("?")),)
    Table(name, tables, *columns, **options or {})


def _id() -> Column[int]:
    return Column("id", INTEGER, primary_key=True)


def _run_id(**options: Any) -> Column[int]:
    return Column("run_id", INTEGER, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, **options)


def _count(name: str) -> Column[int]:
    return Column(name, INTEGER, nullable=False, server_default="0")


_define_table("series", _id(), text="kind name data_set", real="created", json="settings", options=AUTOINCREMENT)
_define_table(
    "runs",
    *(_id(), _count("attempt"), _count("own_images"), Column("series", INTEGER, ForeignKey("series.id"))),
    Column("state", String, nullable=False, index=True),
    Column("test_data_set", String, nullable=False, server_default=""),
    integer="step steps epoch test_openings worker?",
    real="created started? reported? seconds images_per_second final_loss? "
    "training_accuracy? validation_accuracy? test_accuracy?",
    text="name data_set device error log",
    json="settings",
    options=AUTOINCREMENT,
)
_point = Column("name", String, primary_key=True), Column("step", INTEGER, primary_key=True)
_define_table("metrics", _run_id(primary_key=True), *_point, real="value", options={"sqlite_with_rowid": False})
_define_table("control", _run_id(primary_key=True), _count("more_epochs"), text="wanted", real="learning_rate?")
_define_table("marks", _id(), _run_id(index=True), integer="step", text="event", real="value?")
_define_table("starts", _run_id(primary_key=True), integer="parent", blob="images labels", json="checksums")
_define_table("workers", _id(), real="reported", json="device")
_image = Column("image", LargeBinary, nullable=False, unique=True)
_define_table(
    "own_digits", _id(), _image, real="created", integer="label", json="strokes? answers", options=AUTOINCREMENT
)
_define_table("kept", Column("key", String, primary_key=True), blob="content")
_define_table("openings", Column("key", String, primary_key=True), integer="count")


def upgrade() -> None:
    connection = op.get_bind()
    tables.create_all(connection)  # leaves those that are there as they are
    for table in tables.sorted_tables:
        present = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                # Without a foreign key, which SQLite can give to a new table only.
                added = Column(column.name, column.type, nullable=column.nullable, server_default=column.server_default)
                op.add_column(table.name, added)
