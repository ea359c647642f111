from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain import errors
from domain.wall_time import local_schedule


def test_a_wall_time_means_a_moment() -> None:
    schedule = local_schedule(datetime(2026, 7, 1, 9, 30), "Europe/Berlin")  # noqa: DTZ001
    assert schedule.at == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert (schedule.wall_time, schedule.timezone) == ("2026-07-01T09:30:00", "Europe/Berlin")


def test_of_a_time_that_is_shown_twice_the_first_is_meant() -> None:
    schedule = local_schedule(datetime(2026, 10, 25, 2, 30), "Europe/Berlin")  # noqa: DTZ001
    assert schedule.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../../etc/passwd", "/etc/localtime", "Europe", "a\x00b"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(errors.ValidationError) as refused:
        local_schedule(datetime(2026, 7, 1), zone)  # noqa: DTZ001
    assert refused.value.details[0].field == "/scheduledLocal/timezone"


def test_a_time_that_clocks_skip_is_refused() -> None:
    with pytest.raises(errors.ValidationError) as refused:
        local_schedule(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")  # noqa: DTZ001
    assert refused.value.details[0].code == "skipped"
