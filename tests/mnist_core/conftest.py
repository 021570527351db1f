"""What tests of `mnist_core` share."""

import pytest

from mnist_core.jobs import job
from mnist_core.training import trainer


@pytest.fixture
def look_after_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run reports, looks for wishes and tries again without waiting."""
    monkeypatch.setattr(trainer, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(job, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(job, "_RETRY_SECONDS", 0.0)
