"""The tables as they were before they had versions. A folder that is older still gets what it lacks."""

from typing import Any, TypeAlias

from alembic import op
from sqlalchemy import JSON, Column, Double, ForeignKey, Integer, LargeBinary, MetaData, String, Table, inspect
from sqlalchemy.types import TypeEngine

revision, down_revision = "0001", None

tables = MetaData()
Type: TypeAlias = type[TypeEngine[Any]]


def _required(type_: Type, *names: str, default: str | None = None) -> list[Column[Any]]:
    return [Column(name, type_, nullable=False, server_default=default) for name in names]


def _optional(type_: Type, *names: str) -> list[Column[Any]]:
    return [Column(name, type_) for name in names]


def _run_id(primary_key: bool = True, index: bool = False) -> Column[int]:
    run = ForeignKey("runs.id", ondelete="CASCADE")
    return Column("run_id", Integer, run, primary_key=primary_key, nullable=False, index=index)


Table(
    "series",
    tables,
    Column("id", Integer, primary_key=True),
    *_required(String, "kind", "name"),
    *_required(Double, "created"),
    *_required(String, "data_set"),
    *_required(JSON, "settings"),
    sqlite_autoincrement=True,
)
Table(
    "runs",
    tables,
    Column("id", Integer, primary_key=True),
    *_required(String, "name"),
    *_required(JSON, "settings"),
    *_required(String, "data_set"),
    Column("state", String, nullable=False, index=True),
    *_required(Double, "created"),
    *_optional(Double, "started", "reported"),
    *_required(Double, "seconds"),
    *_required(Integer, "step", "steps", "epoch"),
    *_required(Double, "images_per_second"),
    *_optional(Double, "final_loss", "training_accuracy", "validation_accuracy", "test_accuracy"),
    *_required(String, "test_data_set", default=""),
    *_required(Integer, "test_openings"),
    *_required(String, "device", "error", "log"),
    *_required(Integer, "attempt", default="0"),
    *_optional(Integer, "worker"),
    *_required(Integer, "own_images", default="0"),
    Column("series", Integer, ForeignKey("series.id")),
    sqlite_autoincrement=True,
)
Table(
    "metrics",
    tables,
    _run_id(),
    Column("name", String, primary_key=True),
    Column("step", Integer, primary_key=True),
    *_required(Double, "value"),
    sqlite_with_rowid=False,
)
Table(
    "control",
    tables,
    _run_id(),
    *_required(String, "wanted"),
    *_optional(Double, "learning_rate"),
    *_required(Integer, "more_epochs", default="0"),
)
Table(
    "marks",
    tables,
    Column("id", Integer, primary_key=True),
    _run_id(primary_key=False, index=True),
    *_required(Integer, "step"),
    *_required(String, "event"),
    *_optional(Double, "value"),
)
Table(
    "starts",
    tables,
    _run_id(),
    *_required(Integer, "parent"),
    *_required(LargeBinary, "images", "labels"),
    *_required(JSON, "checksums"),
)
Table(
    "workers",
    tables,
    Column("id", Integer, primary_key=True),
    *_required(Double, "reported"),
    *_required(JSON, "device"),
)
Table(
    "own_digits",
    tables,
    Column("id", Integer, primary_key=True),
    *_required(Double, "created"),
    *_required(Integer, "label"),
    *_optional(JSON, "strokes"),
    Column("image", LargeBinary, nullable=False, unique=True),
    *_required(JSON, "answers"),
    sqlite_autoincrement=True,
)
Table("kept", tables, Column("key", String, primary_key=True), *_required(LargeBinary, "content"))
Table("openings", tables, Column("key", String, primary_key=True), *_required(Integer, "count"))


def upgrade() -> None:
    connection = op.get_bind()
    tables.create_all(connection)  # leaves those that are there as they are
    for table in tables.sorted_tables:
        present = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                # Without a foreign key, which SQLite can give to a new table only.
                default = column.server_default
                op.add_column(
                    table.name, Column(column.name, column.type, nullable=column.nullable, server_default=default)
                )
