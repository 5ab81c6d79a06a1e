"""Rules of the document that no vector has: what else a decoder or a check must refuse."""

import hashlib
import json

import pytest

import vectors
from twoken import codec, config, encounter, group, handover, link, membership, primitives, tcn, times, upload
from twoken.refused import Refused

SEED = bytes(range(32))
ONE = (1).to_bytes(32, "little")
MINUS_ONE = (2**255 - 20).to_bytes(32, "little")


def refused(reason: str):
    return pytest.raises(Refused, match=f"^{reason}$")


def own_scalar(seed: bytes) -> int:
    """The scalar of an Ed25519 key (RFC 8032, section 5.1.5), not reduced."""
    half = bytearray(hashlib.sha512(seed).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    return int.from_bytes(half, "little")


def test_ed25519_refuses_a_public_key_of_small_order():
    """Under the identity `R = [S]B` signs every message; libraries that follow RFC 8032 accept it."""
    r = primitives.ed25519_public(SEED)
    signature = r + (own_scalar(SEED) % primitives.ED25519_ORDER).to_bytes(32, "little")
    primitives.Ed25519PublicKey.from_public_bytes(ONE).verify(signature, b"any message")
    with refused("signature"):
        primitives.ed25519_verify(ONE, signature, b"any message")


def test_ed25519_refuses_r_of_small_order():
    public = primitives.ed25519_public(SEED)
    k = int.from_bytes(hashlib.sha512(ONE + public + b"message").digest(), "little")
    s = k * own_scalar(SEED) % primitives.ED25519_ORDER
    signature = ONE + s.to_bytes(32, "little")
    primitives.Ed25519PublicKey.from_public_bytes(public).verify(signature, b"message")
    with refused("signature"):
        primitives.ed25519_verify(public, signature, b"message")


@pytest.mark.parametrize("point", [ONE, MINUS_ONE, bytes(32), bytes(31) + b"\x80", ONE[:31] + b"\x80"])
def test_points_of_small_order_in_all_their_forms(point):
    assert primitives.small_order(point)


def test_ed25519_refuses_s_that_is_not_reduced():
    signature = primitives.ed25519_sign(SEED, b"message")
    s = int.from_bytes(signature[32:], "little") + primitives.ED25519_ORDER
    signature = signature[:32] + s.to_bytes(32, "little")
    with refused("signature"):
        primitives.ed25519_verify(primitives.ed25519_public(SEED), signature, b"message")


NO_MAPS = ["a1f501", "a10001ff", "a1001801", "bf0001ff", "a100c24101", "f6", "80", "a0", "a100f4"]


@pytest.mark.parametrize("data", NO_MAPS)
def test_cbor_that_is_no_versioned_map(data):
    with refused("cbor"):
        codec.versioned_map(bytes.fromhex(data))


@pytest.mark.parametrize("text", ["2026-1-01", "2026-02-30", "1969-12-31", "2149-06-07", "20261121", "2026-11-21 ", ""])
def test_days_in_another_form(text):
    with refused("day"):
        times.day_from_text(text)


def test_the_first_and_the_last_day():
    ends = ["1970-01-01", "2149-06-06"]
    assert [times.day_text(times.day_from_text(text)) for text in ends] == ends


@pytest.mark.parametrize("data", [group.ORDER.to_bytes(32, "little"), bytes(32), b"\xff" * 32])
def test_scalars_out_of_range(data):
    with refused("scalar"):
        group.scalar(data)


def config_case() -> tuple[bytes, dict]:
    case = vectors.first("config")
    return vectors.raw(case, "signing_seed"), json.loads(case["body"])


def verify_text(seed: bytes, text: str) -> config.Config:
    body = text.encode()
    return config.verify(body, config.sign(seed, body), None)


def test_a_configuration_with_an_unknown_member_and_defaults():
    seed, members = config_case()
    del members["risk"], members["proofs"], members["previous_digests"]
    verified = verify_text(seed, json.dumps({**members, "of another day": {"x": 1.5}}))
    assert (verified.members["risk"], verified.members["proofs"]) == (config.RISK, config.PROOFS)
    assert verified.ancestors("north") == ["north", "root"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"min_uploads": 5', '"min_uploads": 5.0'),
        ('"min_uploads": 5', '"min_uploads": 4294967296'),
        ('"min_uploads": 5', '"min_uploads": true'),
        ('"min_uploads": 5', '"min_uploads": 5, "min_uploads": 6'),
        ('"name": "Everywhere"', '"name": NaN'),
    ],
)
def test_numbers_and_members_of_a_configuration(old, new):
    seed, members = config_case()
    text = json.dumps(members)
    assert old in text
    verify_text(seed, text)
    with refused("json"):
        verify_text(seed, text.replace(old, new))


def test_a_configuration_that_is_too_large():
    seed, members = config_case()
    text = json.dumps(members)
    verify_text(seed, text.ljust(config.LARGEST))
    with refused("size"):
        verify_text(seed, text.ljust(config.LARGEST + 1))


def test_keys_of_the_ring():
    ring, boundary = encounter.KeyRing(), 600 * 2_992_105
    intervals = {}
    for step in (-61, -60, 60, 61):
        ring.advance(boundary + step)
        intervals[step] = sorted(own.interval - 2_992_105 for own in ring.keys)
    assert intervals == {-61: [-1], -60: [-1, 0], 60: [-1, 0], 61: [0]}


def test_white_space_is_unicodes():
    assert link.read("\u00a0#t=7M2M9-QXB4T-1HDA\u3000").kind == "t"
    with refused("not-twoken"):
        link.read("\x1ct=7M2M9-QXB4T-1HDA")


def test_a_code_of_a_french_keyboard():
    with refused("layout"):
        handover.Reader().read("TZOKEN)KEYS)AG64")


def test_key_codes_whose_parts_are_full():
    nodes = b""
    elements = sorted(upload.uniform_element() for _ in range(200))
    body = codec.to_cbor({0: 1, 1: nodes, 3: b"".join(elements)})
    padded = body + bytes(-len(body) % handover.PART)
    reader, codes = handover.Reader(), handover.codes_of(padded)
    assert [reader.read(code) for code in reversed(codes)][-1] == padded


def test_metadata_with_flags_does_not_open():
    key = bytes(16)
    metadata = codec.u16(10) + codec.i8(-128) + codec.u8(1)
    siv = primitives.hmac(key, b"twoken/v1/tcn/siv" + metadata)[:4]
    with refused("field"):
        tcn.open_metadata(key, siv + tcn.stream(key, siv, metadata))


def test_uploads_that_do_not_fit():
    with refused("number"):
        upload.fill([bytes(84)] * 2049)


def test_a_page_with_a_tag_that_is_no_element():
    case = vectors.first("membership")
    tags = codec.chunks(vectors.raw(case, "tags"), 32)
    about = membership.Statement([*tags[:-1], bytes(32)], bytes(32), b"", b"", membership.WITH_NULLIFIER)
    with refused("element"):
        membership.verify(about, membership.decode(vectors.raw(case, "proof")))
