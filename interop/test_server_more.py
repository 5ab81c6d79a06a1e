"""Studies (section 19.4), batches of which single pages are asked (section 19.1) and decoys (14.5), with the reference server."""

import secrets
import subprocess
from pathlib import Path

import pytest

from meetings import meet, refused_as, told
from twoken import decoy, membership, permit, studies, times
from twoken.refused import Refused
from twoken.upload import OPEN


def open_study(server) -> bytes:
    arguments = {
        "title": "How long are contacts?",
        "institution": "University of Example Land",
        "asks": "How long and how near.",
        "contact": "study@example.org",
        "ends": times.day_text(times.day_of(server.clock()) + 7),
    }
    printed = server.run("study", "open", *(f"--{name}={value}" for name, value in arguments.items()))
    return bytes.fromhex(printed.split()[0])


def test_a_study_is_told_of_a_contact(server, person):
    alice, bob = person(), person()
    meet(alice, bob)
    alice.report(server.issue(), told(server))
    server.seal()
    match = bob.check()[0]
    name = open_study(server)
    listed = studies.verify(bob.checker.pin.signing_key, server.clock(), bob.client.studies())
    assert [study_id for study_id, _ in listed] == [name]
    assert (listed[0][1].title[0], listed[0][1].mode) == ("How long are contacts?", OPEN)

    def report(day: int) -> tuple[bytes, bytes]:
        key = secrets.token_bytes(32)
        body = studies.Report(studies.withdrawal_hash(key), OPEN, [day, 1, 1, match.header.scheme]).encode()
        return key, bob.prove(match, membership.STUDY, body, name)

    today = times.day_of(server.clock())
    with refused_as("report-refused"):
        bob.client.report(name, report(today - 16)[1])
    key, body = report(today)
    bob.client.report(name, body)
    bob.client.report(name, body)
    with refused_as("report-repeated"):
        bob.client.report(name, report(today)[1])
    with refused_as("study-unknown"):
        bob.client.report(bytes(32), body)
    with refused_as("withdrawal-unknown"):
        bob.client.withdraw(name, studies.withdrawal(bytes(32)))
    bob.client.withdraw(name, studies.withdrawal(key))
    with refused_as("withdrawal-unknown"):
        bob.client.withdraw(name, studies.withdrawal(key))


def test_pages_of_a_large_batch(server, person):
    program = Path(server.program).parent / "examples" / "large_batch"
    if not program.exists():
        pytest.skip(f"{program.name}, which fills a pool, is not built beside the server")
    alice, bob, carol = person(), person(), person()
    meet(alice, bob)
    alice.report(server.issue(), told(server))
    command = [str(program), "--data", str(server.data), "--entries", "3000", "--region", "north"]
    subprocess.run(command, env=server.environment, check=True, capture_output=True, timeout=120)
    (match,) = bob.check()
    assert match.status == told(server) and len(match.header.pages) == 12
    assert carol.check() == []
    assert requests(bob) == requests(carol) == {"filter": 1, "pages": 4, "entries": 0}
    for one in (bob, carol):
        one.check()
        assert requests(one) == {"filter": 1, "pages": 8, "entries": 0}, "four pages of an earlier batch, and no more"


def requests(person) -> dict[str, int]:
    paths = [path for _, path in person.client.asked]
    return {kind: sum(f"/{kind}" in path for path in paths) for kind in ("filter", "pages", "entries")}


def test_decoys_are_answered_as_reports_are_and_come_to_nothing(server, person):
    alice, bob = person(), person()
    meet(alice, bob)
    alice.checker.contact(server.clock())
    week = times.week_of_day(times.day_of(server.clock()))
    asked = permit.Redeeming.fresh(permit.PATIENT, week)
    answer = alice.client.permit(decoy.request(week, asked))
    assert {name: len(text) for name, text in answer.items()} == {"evaluated": 43, "proof": 86}
    with pytest.raises(Refused) as caught:
        asked.finish(answer, alice.checker.pin.permit_key)
    assert caught.value.reason == "verify"
    for _ in range(6):
        alice.client.upload(decoy.body(64), decoy.header(week))
    with refused_as("permit-refused"):
        alice.client.upload(decoy.as_report(decoy.body(64), "root"), decoy.header(week))
    server.seal()
    assert bob.check() == []
