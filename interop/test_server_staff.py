"""The medical console (section 20.5) with the reference server."""

import re
import secrets

from meetings import meet, refused_as, told
from twoken import tan, tcn, times, upload
from twoken.person import Report
from twoken.staff import Console

NAME = "Dr Example"


def signed_in(server, client) -> Console:
    """An account's first sign-in: password, code, and a password of its own."""
    printed = server.run("staff", "add", "--role", "supervisor", NAME)
    otpauth = re.search(r"otpauth://\S+", printed).group()
    others = [word for line in printed.splitlines() if "otpauth" not in line for word in line.split()]
    password = max(others, key=len)
    console = Console(client)
    with refused_as("sign-in-refused"):
        console.sign_in(NAME, password + "x", otpauth)
    session = console.sign_in(NAME, password, otpauth)
    assert (session["state"], session["name"], session["role"]) == ("password", NAME, "supervisor")
    with refused_as("sign-in-unfinished"):
        console.send("POST", "tans/state", {"tan": "7M2M9QXB4T1HDA"})
    with refused_as("password-weak"):
        console.send("POST", "session/password", {"current": password, "new": "short"})
    chosen = {"current": password, "new": secrets.token_urlsafe(16)}
    assert console.send("POST", "session/password", chosen)["state"] == "open"
    return console


def test_staff_issue_a_tan_and_upload(server, person):
    alice, bob, eve = person(emits=True), person(), person()
    meet(alice, bob)
    eve.scan(alice.show())
    console = signed_in(server, person().client)
    with refused_as("origin-refused"):
        console.send("POST", "session/stay", x_twoken_csrf="another")
    with refused_as("origin-refused"):
        console.send("POST", "session/stay", origin="https://elsewhere.example")
    assert console.send("POST", "session/stay")["state"] == "open"

    drawn = tan.whole(tan.from_random(secrets.token_bytes(13)))
    assert console.send("POST", "tans/state", {"tan": drawn}) == {"state": "unknown"}
    assert [one["state"] for one in console.send("POST", "tans", {"tans": [drawn], "hours": 2})["tans"]] == ["new"]
    assert console.send("POST", "tans/state", {"tan": drawn})["state"] == "valid"
    alice.report(drawn, told(server))
    assert console.send("POST", "tans/revocation", {"tan": drawn})["state"] == "redeemed"

    week = times.week_of_day(times.day_of(server.clock()))
    with refused_as("week-refused"):
        console.permit(week + 1, alice.checker.pin.permit_key)
    asked, n = console.permit(week, alice.checker.pin.permit_key)
    status = told(server, None)
    nodes = tcn.cover_of(alice.day_keys, alice.shown)
    one_way = upload.fill(tcn.entries_of(nodes, status.test_day, None, 1))
    body = upload.Upload("north", 1, upload.fill([]), one_way=one_way).encode()
    alice.send(Report(body, asked.header(n, body)))
    server.seal()
    assert {match.status.onset for match in eve.check()} == {-2, None}, "by the cover, and by staff"
    assert {match.header.scheme for match in bob.check()} == {1, 2}

    what = [event["what"] for event in console.send("GET", "audit?limit=50")["events"]]
    assert {"signed-in", "tans-issued", "permit-given"} <= set(what)
    assert console.send("DELETE", "session") == {"done": True}
    with refused_as("session-ended"):
        console.send("GET", "session")
