"""A reference server of private mode (sections 14.3, 16 and 19.5), met by people of this implementation."""

import pytest

from meetings import meet, refused_as, told
from twoken import membership, tag, times
from twoken.asking import DaySet


@pytest.fixture
def mode() -> str:
    return "private"


def receiving(person) -> list[bytes]:
    return [tag.element(one.receive_secret) for one in person.pairings()]


def day_set(person, server, day: int, scheme: int = 1) -> DaySet:
    assert person.check() == [], "what is published says nothing by itself"
    return DaySet(person.checker, day, scheme, server.clock())


def test_a_number_comes_back(server, person):
    alice, bob, carol, eve = person(emits=True), person(), person(), person()
    meet(alice, bob)
    meet(bob, carol)
    eve.scan(alice.show())
    sealed_on = times.day_of(server.clock())
    with refused_as("mode-refused"):
        alice.report(server.issue(), told(server))
    alice.send(alice.redeem(server.issue(), alice.make_private_upload(1)))
    server.seal()
    with refused_as("day-set-open"):
        day_set(bob, server, sealed_on).ask({"low": receiving(bob)})
    server.go_ahead(1)
    asked = day_set(bob, server, sealed_on)
    matches = asked.ask({"low": receiving(bob)})
    assert [len(matches[category]) for category in ("low", "medium", "high")] == [1, 0, 0]
    assert len(asked.ask({})["low"]) == 1, "the same query again says the same"
    nothing = day_set(carol, server, sealed_on).ask({"high": receiving(carol)})
    assert nothing == {"low": [], "medium": [], "high": []}
    seen = [sighting.element for sighting in eve.sightings]
    assert len(day_set(eve, server, sealed_on, 2).ask({"medium": seen})["medium"]) == 1
    with refused_as("day-set-unknown"):
        eve.client.query(replace_day(asked.waiting.query, sealed_on))
    second_degree(server, bob, carol, matches["low"][0])


def replace_day(query: bytes, day: int) -> bytes:
    """The same query about the day before."""
    return query.replace(b"\x01\x19" + day.to_bytes(2, "big"), b"\x01\x19" + (day - 1).to_bytes(2, "big"), 1)


def second_degree(server, bob, carol, match) -> None:
    """Bob, who was counted, shares his own encounters; Carol, whom he met, counts one of the second degree."""
    body = bob.make_private_upload(2)
    with refused_as("proof-refused"):
        bob.client.upload_proven(bob.prove(match, membership.STUDY, body, bytes(32)))
    bob.client.upload_proven(bob.prove(match, membership.SECOND_DEGREE, body))
    sealed_on = times.day_of(server.clock())
    server.seal()
    server.go_ahead(2)
    matches = day_set(carol, server, sealed_on).ask({"medium": receiving(carol)})["medium"]
    assert [one.header.degree for one in matches] == [2]
