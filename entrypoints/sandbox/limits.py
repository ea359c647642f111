"""What Instagram counts: posts and containers in a day, calls, and the waiting it imposes."""

from __future__ import annotations

import json
import math

from entrypoints.sandbox.clock import DAY
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.records import Account
from entrypoints.sandbox.world import World


def quota_total(world: World, account: Account) -> int:
    return world.settings.quota_default if account.quota is None else account.quota


def quota_used(world: World, account: Account, since: float | None = None) -> int:
    """Posts the API published in the rolling day; a deleted one still counts, a carousel counts once."""
    begin = world.clock.now() - DAY if since is None else since
    count = 0
    for media in reversed(world.media_of[account.username]):
        if media.published_at <= begin:
            break
        count += not media.human and not media.parent
    return count


def demand_quota(world: World, account: Account) -> None:
    """Raises GraphError 9/2207042 when the day's posts are used up."""
    if quota_used(world, account) >= quota_total(world, account):
        raise GraphError(9, 2207042)


def demand_container_budget(world: World, account: Account) -> None:
    """Raises GraphError 9/2207042 when too many containers were made in the rolling day."""
    begin = world.clock.now() - DAY
    budget = world.settings.container_budget
    for count, container in enumerate(reversed(world.containers_of[account.username]), 1):
        if container.created_at <= begin:
            return
        if count >= budget:
            raise GraphError(9, 2207042, "Too many containers were created in the last 24 hours")


def throttle(world: World, account: Account, seconds: float) -> None:
    """Refuse all calls of an account for a while; only within `change`."""
    account.throttled_until = max(account.throttled_until, world.clock.now() + seconds)
    world.keep(account)


def demand_calm(world: World, account: Account) -> None:
    """Raises GraphError 80002 while the account is throttled, and lengthens it. Only within `change`."""
    now = world.clock.now()
    if now < account.throttled_until:
        account.throttled_until += world.settings.throttle_penalty_seconds
        world.keep(account)
        raise throttled(80002, account.throttled_until - now)


def throttled(code: int, seconds: float) -> GraphError:
    """The refusal for too many calls, with the minutes to wait."""
    error = GraphError(code)
    error.minutes = max(1, math.ceil(seconds / 60))
    return error


def count_call(world: World, account: Account) -> None:
    """Count towards the hour's budget; raises GraphError 80002 beyond it. Only within `change`."""
    hour = int(world.clock.now() // 3600)
    counted, calls = world.calls_this_hour.get(account.username, (hour, 0))
    calls = calls + 1 if counted == hour else 1
    world.calls_this_hour[account.username] = (hour, calls)
    budget = world.settings.call_budget
    if budget and calls > budget:
        raise throttled(80002, 3600 - world.clock.now() % 3600)


def usage_headers(world: World, account: Account | None, minutes: int = 0) -> dict[str, str]:
    """The two headers that tell how much of the allowance is used, in per cent."""
    percent = 0
    if account is not None:
        calls = world.calls_this_hour.get(account.username, (0, 0))[1]
        percent = 100 if minutes else calls * 100 // (world.settings.call_budget or 48_000)
    headers = {
        "X-App-Usage": json.dumps({"call_count": percent, "total_time": percent, "total_cputime": percent})
    }
    if account is not None:
        use = {
            "type": "instagram",
            "call_count": percent,
            "total_cputime": percent,
            "total_time": percent,
            "estimated_time_to_regain_access": minutes,
        }
        headers["X-Business-Use-Case-Usage"] = json.dumps({account.ig_id: [use]})
    return headers
