"""The time by the database's clock, so that the clocks of the machines that share it need not agree."""

from typing import Any

from sqlalchemy import Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class now(FunctionElement[float]):  # noqa: N801 - reads like the functions of `sqlalchemy.func`
    """Seconds since 1970 at the moment of the statement, to the millisecond."""

    type = Double()
    inherit_cache = True


@compiles(now, "sqlite")
def _on_sqlite(_element: now, _compiler: Any, **_options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"  # `unixepoch('subsec')` is newer than Debian's SQLite


@compiles(now, "postgresql")
def _on_postgresql(_element: now, _compiler: Any, **_options: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"
