"""Notation (section 2): integers, base64url, hex and deterministic CBOR, each with exactly one form."""

import base64
import re

import cbor2

from .refused import Refused, require

# Unicode's White_Space, which Python's own str.isspace() exceeds by four separators.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


def u8(value: int) -> bytes:
    return value.to_bytes(1, "big")


def i8(value: int) -> bytes:
    return value.to_bytes(1, "big", signed=True)


def u16(value: int) -> bytes:
    return value.to_bytes(2, "big")


def u32(value: int) -> bytes:
    return value.to_bytes(4, "big")


def u64(value: int) -> bytes:
    return value.to_bytes(8, "big")


def number(data: bytes) -> int:
    """An unsigned big-endian integer."""
    return int.from_bytes(data, "big")


def signed(data: bytes) -> int:
    """A big-endian integer in two's complement."""
    return int.from_bytes(data, "big", signed=True)


def exactly(data: bytes, length: int) -> bytes:
    """These bytes, if they are as many as that."""
    require(len(data) == length, "length")
    return data


def chunks(data: bytes, size: int) -> list[bytes]:
    """Strings of this size, one after another; nothing may be left over."""
    require(len(data) % size == 0, "length")
    return [data[at : at + size] for at in range(0, len(data), size)]


def ascending(items: list[bytes]) -> bool:
    """Whether they ascend strictly, so that none stands twice."""
    return all(a < b for a, b in zip(items, items[1:]))


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Base64url without padding; refuses every second form of the same bytes."""
    require(isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9_-]*", text) is not None, "base64")
    require(len(text) % 4 != 1, "base64")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    require(base64url(data) == text, "base64")
    return data


def from_hex(text: str) -> bytes:
    """Lower-case hexadecimal of even length."""
    require(isinstance(text, str) and re.fullmatch(r"([0-9a-f]{2})*", text) is not None, "hex")
    return bytes.fromhex(text)


def to_cbor(value) -> bytes:
    """The one deterministic encoding (RFC 8949, section 4.2.1)."""
    return cbor2.dumps(value, canonical=True)


def from_cbor(data: bytes):
    """Decodes, encodes again, and compares: that refuses every other encoding and trailing bytes."""
    try:
        value = cbor2.loads(data)
        again = to_cbor(value)
    except Exception as error:  # whatever the library says of strangers' bytes, they are no CBOR of ours
        raise Refused("cbor") from error
    require(again == data, "cbor")
    return value


def is_uint(value, bits: int) -> bool:
    return type(value) is int and 0 <= value < 1 << bits


def is_bytes(value, length: int | None = None) -> bool:
    return type(value) is bytes and (length is None or len(value) == length)


def versioned_map(data: bytes) -> dict:
    """A map of unsigned keys whose member 0 is version 1; another version is told before its members are looked at."""
    value = from_cbor(data)
    require(type(value) is dict and all(type(key) is int and key >= 0 for key in value), "cbor")
    require(is_uint(value.get(0), 64), "cbor")
    require(value[0] == 1, "version")
    return value


def members(value: dict, needed: set[int], optional: set[int] = frozenset()) -> None:
    """Refuses missing and unknown members."""
    require(needed <= value.keys() <= needed | optional, "cbor")
