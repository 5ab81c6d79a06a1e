"""The index of a region and day, and the chain of its headers (section 18)."""

from dataclasses import dataclass

from . import batch, codec, labels, times
from .primitives import ed25519_sign, sha256, signed_part
from .refused import require
from .upload import REGION_ID

FRESH = 7200
FIRST_HEAD = bytes(32)


def next_head(head: bytes, signed_header: bytes) -> bytes:
    return sha256(labels.HEAD + head + signed_header)


@dataclass(frozen=True)
class Index:
    """A verified index; headers in the order in which they were sealed."""

    region: str
    day: int
    previous: bytes
    signed_headers: list[bytes]
    headers: list[batch.Header]
    signed_at: int

    def heads(self) -> list[bytes]:
        """The previous head, and the head after each header."""
        heads = [self.previous]
        for header in self.signed_headers:
            heads.append(next_head(heads[-1], header))
        return heads

    def new_since(self, known: bytes | None) -> list[batch.Header]:
        """The headers after a known head, which must be one of the index's (section 19, step 3)."""
        if known is None:
            return self.headers
        heads = self.heads()
        require(known in heads, "chain")
        return self.headers[heads.index(known) :]


def sign(seed: bytes, region: str, day: int, previous: bytes, signed_headers: list[bytes], signed_at: int) -> bytes:
    body = codec.to_cbor({0: 1, 1: region, 2: day, 3: previous, 4: signed_headers, 5: signed_at})
    return ed25519_sign(seed, labels.INDEX + body) + body


def verify(signing_key: bytes, region: str, day: int, now: int, data: bytes) -> Index:
    """Section 18.2, in its order."""
    value = codec.versioned_map(signed_part(signing_key, labels.INDEX, data))
    codec.members(value, {0, 1, 2, 3, 4, 5})
    require(type(value[1]) is str and REGION_ID.fullmatch(value[1]) is not None, "cbor")
    require(codec.is_uint(value[2], 16) and codec.is_bytes(value[3], 32) and codec.is_uint(value[5], 64), "cbor")
    require(type(value[4]) is list and all(codec.is_bytes(header) for header in value[4]), "cbor")
    signed_at = value[5]
    require(value[1] == region, "region")
    require(value[2] == day, "day")
    require(signed_at <= now + FRESH, "future")
    if day == times.day_of(now):
        require(signed_at >= now - FRESH, "stale")
    else:
        require(times.day_of(signed_at) > day, "stale")
    headers = [batch.verify_header(signing_key, header) for header in value[4]]
    for header in headers:
        require(header.region == region, "region")
        require(times.day_of(header.sealed_at) == day, "day")
    for before, after in zip(headers, headers[1:]):
        require(before.sealed_at <= after.sealed_at, "order")
    return Index(region, day, value[3], value[4], headers, signed_at)
