"""What a teacher sets for the whole class."""

from typing import Literal

from sqlalchemy.orm import Mapped, mapped_column

from mnist_core.store.base import Base

Leaderboard = Literal["off", "anonymous", "names"]
THE_CLASS = 1
"""Id of the only row."""


class ClassSettings(Base):
    """One row; where it is missing, everything is as the server's settings say and the leaderboard is off."""

    __tablename__ = "class_settings"

    id: Mapped[int] = mapped_column(primary_key=True)
    leaderboard: Mapped[str] = mapped_column(default="off")
    """A `Leaderboard`."""
    most_runs: Mapped[int | None]
    """Runs in progress that each person may have; None: as the server's settings say."""
    most_megabytes: Mapped[int | None]
    """Disk space in MB for the runs of each person; None: as the server's settings say."""
