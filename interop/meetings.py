"""What the tests with a server share."""

import pytest

from twoken import times
from twoken.client import Problem
from twoken.person import Person
from twoken.status import Status


def meet(one: Person, other: Person) -> None:
    """Each scans the other's code; the first once more, for the acknowledgement."""
    one.scan(other.show())
    assert other.scan(one.show()).both
    assert one.scan(other.show()).both


def told(server, onset: int | None = -2) -> Status:
    """A test of yesterday."""
    return Status(times.day_of(server.clock()) - 1, onset)


def refused_as(code: str):
    return pytest.raises(Problem, match=rf"^{code} \(")
