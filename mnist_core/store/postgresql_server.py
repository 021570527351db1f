"""A database on a PostgreSQL server, which the machines of a cluster share."""

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from mnist_core import DigitLabError

CONNECT_SECONDS = 10
"""How long is waited for a server that does not answer."""
_DRIVER = "postgresql+psycopg"
_LOCK = 0x646967697473
"""The number of the lock on the schema, the letters of `digits`: any that no other program takes."""


class PostgreSQLServer:
    """Where the tables of a cluster are. No text says the password.

    Raises `DigitLabError` where the address is none of a PostgreSQL database or psycopg is not installed.
    """

    elsewhere = "set MNIST_DATABASE_URL to another database"

    def __init__(self, address: str) -> None:
        self._url = _parse(address)
        self.title = f"The database {self._url.database} on {_server(self._url)}"
        options = {} if "connect_timeout" in self._url.query else {"connect_timeout": CONNECT_SECONDS}
        try:
            # A connection that was lost while it was not used, as when the server restarts, is replaced unseen.
            self.engine = create_engine(self._url, pool_pre_ping=True, connect_args=options)
        except ModuleNotFoundError:
            raise DigitLabError(
                "MNIST_DATABASE_URL names a PostgreSQL database, for which psycopg is needed; "
                "install it by pip install -r requirements-cluster.txt."
            ) from None

    def lock(self, connection: Connection) -> None:
        """Let other processes wait until the transaction ends."""
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})

    def explain(self, error: DBAPIError) -> str:
        """Why the database cannot be read or written, and what to do: one sentence."""
        server, said = _server(self._url), str(error.orig)
        if ("password" in said and "authentication failed" in said) or "no password supplied" in said:
            return (
                f"The PostgreSQL server on {server} does not accept the password of {self._url.username}; {_CORRECT}."
            )
        if f'database "{self._url.database}" does not exist' in said:
            return f"There is no database {self._url.database} on {server}; make it by createdb, or {_CORRECT}."
        if error.connection_invalidated or not getattr(error.orig, "sqlstate", None):
            return f"No PostgreSQL server can be reached on {server} ({_reason(said)}); start it, or {_CORRECT}."
        return f"{self.title} cannot be used ({_reason(said)}); see the server's log."


_CORRECT = "correct MNIST_DATABASE_URL"


def _parse(address: str) -> URL:
    try:
        url = make_url(address)
        if url.drivername in ("postgresql", _DRIVER) and url.database and "@" not in (url.host or ""):
            return url.set(drivername=_DRIVER)
    except (ArgumentError, ValueError):  # an unreadable port is the latter
        pass
    raise DigitLabError(
        "MNIST_DATABASE_URL is no address of a PostgreSQL database; it should look like "
        "postgresql://user:password@host:5432/database, with %40 for an @ in the password."
    )


def _server(url: URL) -> str:
    return f"{url.host or 'this machine'}:{url.port or 5432}"


def _reason(said: str) -> str:
    """The end of the first line of what the driver said; other lines may quote what was to be stored."""
    return said.splitlines()[0].split("failed: ")[-1].strip().rstrip(".:") if said else "without a reason"
