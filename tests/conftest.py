"""How all tests run: Hypothesis the same way every time where it counts, and the sums of the model test."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many lives the model test went through."""
    sums: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "scenarios" and isinstance(value, dict):
                sums += Counter(value)
    if sums:
        terminalreporter.write_line(
            "lived through: " + ", ".join(f"{count} {name}" for name, count in sums.items())
        )
