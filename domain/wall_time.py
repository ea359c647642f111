"""What a clock on a wall shows, and the moment that means."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain import errors
from domain.attempt import Schedule
from domain.errors import Detail


def local_schedule(wall_time: datetime, timezone: str) -> Schedule:
    """The moment at which clocks in a zone show a time.

    Where clocks are put back and show it twice, the first is meant. A zone nobody knows, or a time that is
    skipped when clocks are put forward: VALIDATION_ERROR.
    """
    try:
        zone = ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise _refusal("timezone", "unknown_zone", "This is no time zone, such as Europe/Berlin.") from None
    local = wall_time.replace(tzinfo=zone, fold=0)
    try:
        moment = local.astimezone(UTC)
    except OverflowError:
        raise _refusal("wallTime", "time", "This time is outside the calendar.") from None
    if moment.astimezone(zone).replace(tzinfo=None) != wall_time:
        raise _refusal("wallTime", "skipped", "Clocks there skip this time that day.")
    return Schedule(moment, wall_time.isoformat(timespec="seconds"), timezone)


def _refusal(field: str, code: str, message: str) -> errors.ValidationError:
    return errors.ValidationError(message, details=(Detail(f"/scheduledLocal/{field}", code, message),))
