"""Strangers' bytes, changed at random: every decoder refuses or accepts, and nothing else comes of it."""

import random

import pytest

import vectors
from twoken import (
    beacon,
    codec,
    config,
    filter,
    handover,
    link,
    membership,
    permit,
    proven,
    psi,
    studies,
    tan,
    tcn,
    upload,
)
from twoken.refused import Refused
from vectors.reporting import proven_body

TRIES = 150


def first_bytes(name: str, member: str) -> bytes:
    return vectors.raw(vectors.first(name), member)


def first_text(name: str, member: str) -> bytes:
    value = vectors.first(name)[member]
    return (value if isinstance(value, str) else value[0]).encode()


def read_text(function):
    return lambda data: function(data.decode("utf-8", "replace"))


DECODERS = {
    "beacon": (beacon.decode_payload, lambda: first_bytes("beacon", "payload")),
    "link": (read_text(link.read), lambda: first_text("scanned", "text")),
    "tan": (read_text(tan.read), lambda: first_text("tan", "display")),
    "cover": (tcn.decode_cover, lambda: first_bytes("tcn_entry", "nodes")),
    "upload": (upload.decode, lambda: first_bytes("upload_one_way", "body")),
    "private upload": (lambda data: upload.decode(data, upload.PRIVATE), lambda: first_bytes("private_upload", "body")),
    "permit header": (read_text(permit.read_header), lambda: first_text("permit", "header")),
    "key code": (read_text(handover.Reader().read), lambda: first_text("handover", "codes")),
    "key code's body": (handover.decode, lambda: handover.Reader().read(first_text("handover", "codes").decode())),
    "proof": (membership.decode, lambda: first_bytes("membership", "proof")),
    "proven body": (proven.decode, lambda: proven_body(vectors.first("proven"))),
    "query": (psi.decode_query, lambda: first_bytes("psi", "query")),
    "response": (psi.decode_response, lambda: first_bytes("psi", "response")),
    "study": (studies.decode, lambda: vectors.raw(vectors.load("studies")["cases"][1]["studies"][0], "study")),
    "report": (studies.decode_report, lambda: first_bytes("report", "report")),
    "filter": (lambda data: filter.values(3, data), lambda: bytes.fromhex("a0000000005000000000180000000000")),
    "configuration": (lambda data: config.check_shape(config.parse(data)), lambda: first_text("config", "body")),
    "CBOR": (codec.from_cbor, lambda: first_bytes("report", "report")),
}


def changed(draw: random.Random, data: bytes) -> bytes:
    """A bit turned, a byte put in or left out, an end cut off, or a stretch that stands twice."""
    at, kind = draw.randrange(len(data) + 1), draw.randrange(5)
    if kind == 0 and at < len(data):
        return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + draw.randbytes(1) + data[at:]
    if kind == 2:
        return data[:at] + data[at + 1 :]
    return data[:at] if kind == 3 else data[: at + 8] + data[at:]


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder(name):
    decode, good = DECODERS[name]
    data = good()
    decode(data)
    draw, refused = random.Random(name), 0
    for _ in range(TRIES):
        bad = data
        for _ in range(draw.randint(1, 3)):
            bad = changed(draw, bad)
        try:
            decode(bad)
        except Refused:
            refused += 1
    assert refused > 0, "nothing was refused"
