"""A PostgreSQL server for the tests, and a database of it for each test."""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psycopg

from mnist_core.store import Store
from mnist_core.store.base import Base

USER, PASSWORD = "lab", "sesame"


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, which Debian does not put among the others; None where there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return max(found, default=None)


class PostgreSQL:
    """A server on 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, database: str) -> str:
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def database(self, template: str) -> Iterator[str]:
        """The URL of a database that is there for a while, a copy of another one: `template0` for an empty one."""
        name = f"test_{secrets.token_hex(4)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")


def empty(url: str) -> None:
    """Delete all rows of a database that has the tables, and begin all ids anew."""
    tables = ", ".join(Base.metadata.tables)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY".encode())


@contextmanager
def shared_server(folder: Path, option: str = "fsync=off") -> Iterator[PostgreSQL]:
    """The server of all processes that name the same folder: the first one starts it, the last one stops it.

    Its database `lab` has the tables of this version. By default nothing of it would survive a power cut.
    """
    about = folder / "postgresql"
    with (folder / "postgresql.users").open("w") as users, (folder / "postgresql.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if _is_only_user(users):
            data, port = _start(option)
            about.write_text(f"{data}\n{port}")
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_UN)
        data_folder, port_number = about.read_text().splitlines()
        try:
            yield PostgreSQL(int(port_number))
        finally:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if _is_only_user(users):
                _run("pg_ctl", "stop", "-m", "immediate", "-D", data_folder)
                shutil.rmtree(data_folder)


def _is_only_user(users: TextIO) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(option: str) -> tuple[Path, int]:
    """Start a server; return the folder of its data and its port."""
    # Not in pytest's folders, which the user that PostgreSQL runs as may not enter.
    data = Path(tempfile.mkdtemp(prefix="digit-lab-postgresql-"))
    password = data.with_suffix(".password")
    password.write_text(PASSWORD)
    if os.getuid() == 0:
        shutil.chown(data, "postgres")
        shutil.chown(password, "postgres")
    _run(*("initdb", "-D", str(data), "-U", USER, f"--pwfile={password}", "-A", "password"), "--no-sync", "-E", "UTF8")
    password.unlink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-c port={port} -c listen_addresses=127.0.0.1 -c max_connections=200 -c {option} -k {data}"
    _run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(data / "log"), "-o", options)
    server = PostgreSQL(port)
    server.execute("CREATE DATABASE lab")
    with tempfile.TemporaryDirectory() as folder:
        Store(Path(folder), server.url("lab"))
    # Only a database that nobody is connected to can be copied.
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'lab'")
    return data, port


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, which refuse to be run as root."""
    folder = programs()
    assert folder is not None
    user = "postgres" if os.getuid() == 0 else None
    subprocess.run([str(folder / program), *arguments], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)
