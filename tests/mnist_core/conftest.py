"""What tests of `mnist_core` share."""

import pytest

from mnist_core.jobs import job, retry
from mnist_core.training import trainer


@pytest.fixture
def report_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run reports and reads its controls after each step, and retries without waiting."""
    monkeypatch.setattr(trainer, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(job, "CONTROL_SECONDS", 0.0)
    monkeypatch.setattr(retry, "RETRY_SECONDS", 0.0)
