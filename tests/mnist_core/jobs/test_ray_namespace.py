"""Which workers on a Ray cluster belong together."""

from pathlib import Path

from mnist_core.jobs.ray_cluster import namespace
from mnist_core.settings import Settings


def on(url: str = "", runs_dir: str = "runs") -> str:
    return namespace(Settings(database_url=url, runs_dir=Path(runs_dir)))


def test_workers_belong_together_that_have_the_same_database_whatever_its_password() -> None:
    assert on("postgresql://lab:old@head:5432/lab") == on("postgresql://lab:new@head:5432/lab")
    assert on("postgresql://lab:old@head:5432/lab") != on("postgresql://lab:old@head:5432/other")
    assert on("postgresql://head:5432/lab") != on("postgresql://head:5433/lab")


def test_without_a_server_they_are_those_of_the_same_folder() -> None:
    assert on(runs_dir="one") == on(runs_dir="one") != on(runs_dir="two")
