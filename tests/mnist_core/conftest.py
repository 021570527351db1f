"""What tests of `mnist_core` share."""

import pytest

from mnist_core import course, training


@pytest.fixture
def look_after_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run reports, looks for wishes and tries again without waiting."""
    monkeypatch.setattr(training, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(course, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(course, "_RETRY_SECONDS", 0.0)
