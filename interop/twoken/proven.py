"""Proven bodies (section 14.4): a membership proof and what it authorises."""

from dataclasses import dataclass

from . import codec, membership
from .refused import require

LARGEST = 360_738


@dataclass(frozen=True)
class Proven:
    """The page's digest, the proof, and an upload of the second degree or a study's report."""

    page: bytes
    proof: membership.Proof
    body: bytes

    def encode(self) -> bytes:
        return codec.to_cbor({0: 1, 1: self.page, 2: self.proof.encode(), 3: self.body})


def decode(data: bytes) -> Proven:
    require(len(data) <= LARGEST, "length")
    value = codec.versioned_map(data)
    codec.members(value, {0, 1, 2, 3})
    require(codec.is_bytes(value[1], 32) and codec.is_bytes(value[2]) and codec.is_bytes(value[3]), "cbor")
    return Proven(value[1], membership.decode(value[2]), value[3])
