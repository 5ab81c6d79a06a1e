"""People of this implementation and the reference server: they meet, report and check (sections 8, 13 to 19)."""

import secrets

import pytest

from meetings import meet, refused_as, told
from server_process import API_KEY
from twoken import codec, handover, membership, permit, tan, tcn, times, upload
from twoken.person import Report
from twoken.refused import Refused
from twoken.status import Status


def test_two_people_meet_and_one_reports(server, person):
    alice, bob, carol = person(), person(), person("south")
    meet(alice, bob)
    assert [one.check() for one in (alice, bob, carol)] == [[], [], []]
    status = told(server)
    alice.report(server.issue(), status)
    assert bob.check() == [], "nothing is sealed yet"
    server.seal()
    matches = bob.check()
    assert [match.status for match in matches] == [status] * len(matches)
    assert {id(match.known.about) for match in matches} == {id(bob.diary[0])}
    assert (matches[0].header.scheme, matches[0].header.degree, matches[0].header.region) == (1, 1, "north")
    assert alice.check() == [], "whoever reports does not match their own entries"
    assert carol.check() == [], "whoever met nobody matches nothing"
    assert bob.check() == [], "what was seen is not new"
    assert set(bob.checker.checked_until) == {"north", "root"}


def test_a_check_without_a_match_asks_for_the_same(server, person):
    alice, bob, carol = person(), person(), person()
    meet(alice, bob)
    alice.report(server.issue(), told(server))
    server.seal()
    assert bob.check() != [] and carol.check() == []
    assert bob.client.asked == carol.client.asked


def test_a_report_is_repeated_and_not_changed(server, person):
    alice, bob = person(), person()
    meet(alice, bob)
    report = alice.report(server.issue(), told(server))
    alice.send(report)
    other = alice.make_upload(told(server), 1)
    with refused_as("permit-refused"):
        alice.send(Report(other, report.header))
    with refused_as("permit-malformed"):
        alice.send(Report(other, report.header + "A"))
    server.seal()
    tags = [match.known.tag for match in bob.check()]
    assert tags and len(tags) == len(set(tags)), "a repeated report counts once"


def test_a_permit_is_spent_once(server, person):
    alice, bob = person(), person()
    meet(alice, bob)
    alice.checker.contact(server.clock())
    asked = permit.Redeeming.fresh(permit.PATIENT, times.week_of_day(times.day_of(server.clock())))
    request = asked.request(tan.read(server.issue()))
    first, again = alice.client.permit(request), alice.client.permit(request)
    assert first["evaluated"] == again["evaluated"], "the same request gets the same element"
    n = asked.finish(again, alice.checker.pin.permit_key)
    one, other = (alice.make_upload(told(server, onset), 1) for onset in (-2, None))
    alice.send(Report(one, asked.header(n, one)))
    with refused_as("permit-used"):
        alice.send(Report(other, asked.header(n, other)))
    with refused_as("tan-used"):
        alice.client.permit(permit.Redeeming.fresh(permit.PATIENT, asked.week).request(tan.read(request["tan"])))


def test_tans_of_the_authority(server, person):
    alice, bob = person(), person()
    meet(alice, bob)
    key = bytes.fromhex(server.run("tan", "key", "export"))
    symbols = tan.from_random(secrets.token_bytes(13))
    request = {"class": "patient", "hashes": [tan.tan_hash(key, symbols).hex()], "expires_in_hours": 2}
    body = alice.make_upload(told(server), 1)
    with refused_as("tan-unknown"):
        alice.redeem(tan.display(symbols), body)
    with refused_as("unauthorized"):
        alice.client.deliver_tans("another key", request)
    assert alice.client.deliver_tans(API_KEY, request) == {"new": 1, "known": 0}
    assert alice.client.deliver_tans(API_KEY, request) == {"new": 0, "known": 1}
    with refused_as("class-refused"):
        alice.redeem(tan.display(symbols), body, permit.STAFF)
    alice.send(alice.redeem(tan.display(symbols), body))
    server.seal()
    assert bob.check() != []


def test_one_way(server, person):
    dora, eve, other = person(emits=True), person(), person()
    eve.scan(dora.show())
    assert dora.diary == [], "Dora heard nobody"
    status = told(server)
    dora.report(server.issue(), status)
    server.seal()
    (match,) = eve.check()
    seen = match.known.about
    assert (match.header.scheme, match.status.test_day, match.status.onset) == (2, status.test_day, status.onset)
    assert tcn.heard_as_sent(match.status.metadata_key, seen.metadata, seen.interval, seen.heard_at)
    assert not tcn.heard_as_sent(match.status.metadata_key, seen.metadata, seen.interval, seen.heard_at + 600)
    assert other.check() == [] and dora.check() == []


def test_staff_report_what_a_key_code_holds(server, person):
    """A patient without a network shows a key code; staff make its entries and upload them (section 14.2)."""
    alice, bob, eve, clinic = person(emits=True), person(), person(), person()
    meet(alice, bob)
    eve.scan(alice.show())
    encounters = sorted((one.reported_tag, one.report_key) for one in alice.pairings())
    nodes = tcn.cover_of(alice.day_keys, alice.shown)
    reader = handover.Reader()
    for code in handover.codes_of(handover.Handover(nodes, encounters).encode()):
        body = reader.read(code)
    read, status = handover.decode(body), told(server)
    entries = upload.fill(read.entries(status, 1))
    one_way = upload.fill(tcn.entries_of(read.nodes, status.test_day, status.onset, 1))
    body = upload.Upload("north", 1, entries, one_way=one_way).encode()
    with refused_as("entries-refused"):
        clinic.send(clinic.redeem(server.issue(), body))
    clinic.send(clinic.redeem(server.issue("--class", "staff"), body, permit.STAFF))
    server.seal()
    assert {match.header.scheme for match in bob.check()} == {1, 2}
    assert {match.header.scheme for match in eve.check()} == {2}


def test_second_degree(server, person):
    alice, bob, frank = person(), person(), person()
    meet(alice, bob)
    meet(bob, frank)
    alice.report(server.issue(), told(server))
    server.seal()
    match = bob.check()[0]
    assert frank.check() == []
    today = Status(times.day_of(server.clock()))
    body = bob.make_upload(today, 2, without=[match.known.about])
    proven = bob.prove(match, membership.SECOND_DEGREE, body)
    with refused_as("proof-refused"):
        bob.client.upload_proven(bytes([*proven[:-1], proven[-1] ^ 1]))
    bob.client.upload_proven(proven)
    bob.client.upload_proven(proven)
    with refused_as("proof-used"):
        other = bob.make_upload(today, 2, without=[match.known.about])
        bob.client.upload_proven(bob.prove(match, membership.SECOND_DEGREE, other))
    server.seal()
    matches = frank.check()
    assert {(one.header.degree, one.status) for one in matches} == {(2, today)}
    assert alice.check() == [], "the encounter with the reporter was left out"


def test_a_server_that_signs_wrongly_is_refused(server, person):
    """The same server, but its answers are turned by one bit on the way."""
    alice, bob = person(), person()
    meet(alice, bob)
    alice.report(server.issue(), told(server))
    server.seal()
    bob.checker.contact(server.clock())
    honest = bob.client.send
    for route in ("/v1/config", "/v1/regions/", "/entries"):

        def turned(method, path, *rest, route=route):
            body, headers = honest(method, path, *rest)
            return (bytes([*body[:-1], body[-1] ^ 1]) if route in path else body), headers

        bob.client.send = turned
        with pytest.raises(Refused):
            bob.check()
        assert bob.checker.checked_until == {}, "nothing of a failed check counts"
    bob.client.send = honest
    assert bob.check() != []
    assert codec.base64url(bob.checker.pin.signing_key) == bob.checker.current.members["signing_key"]
