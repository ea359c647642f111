"""How all tests run: Hypothesis the same way every time, and what the summary says beside the results."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


LEFT_OUT = {"browser": "Chromium", "npm": "npm"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that were left out, and say how many lives the model test went through."""
    _name_what_was_left_out(terminalreporter)
    sums: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "scenarios" and isinstance(value, dict):
                sums += Counter(value)
            if name == "chaos":
                terminalreporter.write_line(f"kill -9: {value}")
    if sums:
        terminalreporter.write_line(
            "lived through: " + ", ".join(f"{count} {name}" for name, count in sums.items())
        )


def _name_what_was_left_out(terminalreporter: pytest.TerminalReporter) -> None:
    deselected = terminalreporter.stats.get("deselected", [])
    for marker, tool in LEFT_OUT.items():
        count = sum(item.get_closest_marker(marker) is not None for item in deselected)
        if count:
            ran_by = f"`.ci/run extras` or `pytest -m {marker}` runs them"
            terminalreporter.write_line(f"left out: {count} tests that need {tool}; {ran_by}")
