"""What all tables have in common."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Double, Integer
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    # Integers of 64 bits, as SQLite's are; there, an id has to be called INTEGER.
    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double, int: BigInteger().with_variant(Integer, "sqlite")}
