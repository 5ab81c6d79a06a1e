"""Filters (section 17.3): a Golomb–Rice coded set of the leading bits of a batch's tags, in their order."""

from . import codec
from .primitives import sha256
from .refused import require

REMAINDER = 39
RANGE = 40
ENTRIES = 256


def value_of(tag: bytes, entries: int) -> int:
    """⌊v(tag) · N · 2⁴⁰ / 2⁶³⌋, v being the first 8 bytes without the lowest bit of the first."""
    v = codec.number(bytes([tag[0] >> 1]) + tag[1:8])
    return (v * entries << RANGE) >> 63


def encode(tags: list[bytes]) -> bytes:
    """The filter of tags that ascend."""
    bits, last = [], 0
    for tag in tags:
        value = value_of(tag, len(tags))
        quotient, remainder = divmod(value - last, 1 << REMAINDER)
        bits.append("1" * quotient + "0" + format(remainder, f"0{REMAINDER}b"))
        last = value
    joined = "".join(bits)
    joined += "0" * (-len(joined) % 8)
    return int(joined, 2).to_bytes(len(joined) // 8, "big")


def values(entries: int, data: bytes) -> list[int]:
    """The values of a filter of so many entries; ascending."""
    bits = "".join(format(byte, "08b") for byte in data)
    end = entries << RANGE
    found, at, last = [], 0, 0
    for _ in range(entries):
        quotient = 0
        while at < len(bits) and bits[at] == "1":
            quotient += 1
            at += 1
            require(last + (quotient << REMAINDER) < end, "range")
        require(at + 1 + REMAINDER <= len(bits), "truncated")
        last += (quotient << REMAINDER) + int(bits[at + 1 : at + 1 + REMAINDER], 2)
        require(last < end, "range")
        at += 1 + REMAINDER
        found.append(last)
    end_of_byte = at + (-at % 8)
    require("1" not in bits[at:end_of_byte], "padding")
    require(end_of_byte == len(bits), "trailing")
    return found


def verify(digest: bytes, entries: int, data: bytes) -> list[int]:
    """The values of a filter that the header names."""
    require(sha256(data) == digest, "filter-digest")
    return values(entries, data)


def hits(found: list[int], tags: list[bytes]) -> set[int]:
    """The pages that hold a value of one of these tags."""
    wanted = {value_of(tag, len(found)) for tag in tags}
    return {rank // ENTRIES for rank, value in enumerate(found) if value in wanted}


def check_page(found: list[int], page: int, tags: list[bytes]) -> None:
    """Whether a page's tags are what the filter says of it."""
    said = found[page * ENTRIES : (page + 1) * ENTRIES]
    require([value_of(tag, len(found)) for tag in tags] == said, "filter-lies")
