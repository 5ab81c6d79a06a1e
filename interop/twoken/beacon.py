"""The beacon and its payload (section 7.1)."""

from dataclasses import dataclass

from . import codec, group
from .primitives import P
from .refused import Refused, require

VERSION = 1
PLAIN = 70
EMISSION = 24
ACKNOWLEDGEMENT = 8
FLAG_EMISSION = 1


@dataclass(frozen=True)
class Beacon:
    """What is shown: an interval, the two public keys made for it, and perhaps an emission."""

    interval: int
    x25519_key: bytes
    claim_key: bytes
    emission: bytes | None = None

    def encode(self) -> bytes:
        flags = FLAG_EMISSION if self.emission is not None else 0
        start = codec.u8(VERSION) + codec.u8(flags) + codec.u32(self.interval)
        return start + self.x25519_key + self.claim_key + (self.emission or b"")


def check_x25519_key(key: bytes) -> bytes:
    """A public key below 2²⁵⁵ − 19: its only form."""
    require(len(key) == 32 and int.from_bytes(key, "little") < P, "public-key")
    return key


def check_claim_key(key: bytes) -> bytes:
    try:
        return group.element(key)
    except Refused as error:
        raise Refused("claim-key") from error


def decode_payload(data: bytes) -> tuple[Beacon, bytes]:
    """A beacon and its acknowledgement; the version is looked at before anything else."""
    require(len(data) >= 1, "truncated")
    require(data[0] == VERSION, "version")
    require(len(data) >= 2, "truncated")
    flags = data[1]
    require(flags & ~FLAG_EMISSION == 0, "flags")
    length = PLAIN + (EMISSION if flags else 0)
    require(len(data) >= length + ACKNOWLEDGEMENT, "truncated")
    require(len(data) <= length + ACKNOWLEDGEMENT, "oversized")
    beacon = Beacon(
        interval=codec.number(data[2:6]),
        x25519_key=check_x25519_key(data[6:38]),
        claim_key=check_claim_key(data[38:70]),
        emission=data[70:94] if flags else None,
    )
    return beacon, data[length:]
