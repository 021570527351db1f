"""What a teacher asks of the class."""

from sqlalchemy.orm import Mapped, mapped_column

from mnist_core.store.base import Base, Configured


class Assignment(Configured, Base):
    """A configuration to start from and a goal to reach."""

    __tablename__ = "assignments"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - ids appear in URLs, so none is used twice

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[float]
    title: Mapped[str]
    data_set: Mapped[str]
    goal_accuracy: Mapped[float]
    """The validation accuracy to reach, 0 to 1."""
    most_parameters: Mapped[int | None]
    """The most parameters that the network may have."""

    @property
    def goal(self) -> str:
        """What is to be reached, as part of a sentence."""
        parameters = "" if self.most_parameters is None else f" with at most {self.most_parameters:,} parameters"
        return (
            f"{100 * self.goal_accuracy:g} % validation accuracy on {self.data_set}{parameters}, measured on at least "
            f"{100 * self.config.validation_share:g} % of the training images"
        )
