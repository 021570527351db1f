"""What all tables have in common."""

from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Double, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mnist_core.config import TrainingConfig


class Base(DeclarativeBase):
    # Integers of 64 bits, as SQLite's are; there, an id has to be called INTEGER.
    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double, int: BigInteger().with_variant(Integer, "sqlite")}


class Configured:
    """What has a configuration, which never changes."""

    settings: Mapped[dict[str, Any]] = mapped_column(JSON)

    @cached_property
    def config(self) -> TrainingConfig:
        return TrainingConfig.model_validate(self.settings)
