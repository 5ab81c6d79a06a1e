"""Decoys (section 14.5): what looks like a report on the line, and is none."""

import secrets

from . import codec, permit, tag, tcn, times, upload

MARK = "U"
TAN = MARK * 14
REGION = MARK.encode() * upload.REGION
DAYS = 13
DAY_SECONDS = 86_400
# Single intervals of each day, by the class of the cover that they are for.
OF_DAY = {64: 4, 256: 19, 1008: 72}


def is_marked(text: str) -> bool:
    return text == TAN


def request(week: int, asked: permit.Redeeming | None = None) -> dict:
    """The body of `POST /v1/permits`; nobody keeps what it takes to open the answer."""
    asked = asked or permit.Redeeming.fresh(permit.PATIENT, week)
    return {"tan": TAN, "blinded": codec.base64url(asked.blinded()), "class": "patient", "week": week}


def head_of(body: bytes) -> bytes:
    """What stands before the region, if the body is a decoy's; else nothing."""
    head, region = body[:5], body[5:21]
    known = len(head) == 5 and 0xA0 <= head[0] <= 0xB7 and head[1:] == bytes([0, 1, 1, 0x50])
    return head if known and region == REGION else b""


def is_upload(body: bytes) -> bool:
    return head_of(body) != b""


def as_report(body: bytes, region: str) -> bytes:
    """The report that a decoy stands for: what a server reads in its place."""
    return head_of(body) + upload.encode_region(region) + body[21:]


def body(count: int, mode: int = upload.OPEN) -> bytes:
    """A decoy's body of dummies, without a cover."""
    make = tag.dummy if mode == upload.OPEN else upload.uniform_element
    lines = upload.fill([make(secrets.token_bytes) for _ in range(count)], mode)
    whole = upload.Upload("root", 1, lines, mode=mode).encode()
    return whole[:5] + REGION + whole[21:]


def header(week: int) -> str:
    """The value of `twoken-permit`: a permit of nobody's."""
    drawn = secrets.token_bytes(64)
    return codec.base64url(drawn[:32] + codec.u8(permit.PATIENT) + codec.u16(week) + drawn[32:])


def intervals(nodes: int, now: int) -> list[int]:
    """The intervals of a decoy's cover of this class."""
    today = times.day_of(now)
    firsts = [day * 144 for day in range(today - DAYS, today)]
    return [first + 2 * nth for first in firsts for nth in range(OF_DAY[nodes])]


def covered(nodes: list[tcn.Node]) -> list[int]:
    return [leaf.interval for leaf in tcn.expand(nodes)]
