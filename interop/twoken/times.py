"""Time (section 6): timestamps, intervals, UTC days and weeks as integers."""

import datetime
import re

from .refused import Refused, require

INTERVAL = 600
GRACE = 60
DAY = 86_400
INTERVALS_A_DAY = 144
RETENTION_DAYS = 14
EPOCH = datetime.date(1970, 1, 1)


def interval_of(timestamp: int) -> int:
    return timestamp // INTERVAL


def day_of(timestamp: int) -> int:
    return timestamp // DAY


def week_of_day(day: int) -> int:
    return day // 7


def check_accepted(interval: int, now: int) -> None:
    """An interval is accepted from 60 s before it to 60 s after it, both included."""
    require(now >= INTERVAL * interval - GRACE, "future")
    require(now <= INTERVAL * (interval + 1) + GRACE, "stale")


def is_accepted(interval: int, now: int) -> bool:
    return INTERVAL * interval - GRACE <= now <= INTERVAL * (interval + 1) + GRACE


def week_accepted(week: int, now: int) -> bool:
    return abs(week - week_of_day(day_of(now))) <= 1


def day_text(day: int) -> str:
    """A day as it stands in a URL."""
    return (EPOCH + datetime.timedelta(days=day)).isoformat()


def day_from_text(text: str) -> int:
    """`YYYY-MM-DD` from 1970-01-01 to 2149-06-06, and no other form."""
    require(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) is not None, "day")
    try:
        day = (datetime.date.fromisoformat(text) - EPOCH).days
    except ValueError as error:
        raise Refused("day") from error
    require(0 <= day <= 0xFFFF, "day")
    return day
