"""The status (section 10), sealed under a key of the secret."""

import secrets
from dataclasses import dataclass

from . import codec, labels
from .primitives import hkdf_expand, hkdf_extract, seal, unseal
from .refused import require

VERSION = 1
NONE = -128
NO_KEY = bytes(16)


@dataclass(frozen=True)
class Status:
    """What a reporter tells: the day of the test, perhaps the onset in days from it, and in a TCN its metadata key."""

    test_day: int
    onset: int | None = None
    transmission_class: int = 0
    metadata_key: bytes = NO_KEY

    def encode(self) -> bytes:
        start = codec.u8(VERSION) + codec.u16(self.test_day) + encode_onset(self.onset)
        return start + codec.u8(self.transmission_class) + bytes(3) + self.metadata_key


def encode_onset(onset: int | None) -> bytes:
    return codec.i8(NONE if onset is None else onset)


def decode_onset(data: bytes) -> int | None:
    onset = codec.signed(data)
    require(onset == NONE or -14 <= onset <= 14, "field")
    return None if onset == NONE else onset


def key_of(secret: bytes) -> bytes:
    return hkdf_expand(hkdf_extract(labels.STATUS, secret), b"", 32)


def associated(scheme: int, degree: int, tag: bytes) -> bytes:
    return codec.u8(scheme) + codec.u8(degree) + tag


def seal_status(key: bytes, nonce: bytes, status: Status, scheme: int, degree: int, tag: bytes) -> bytes:
    """nonce ‖ ciphertext ‖ MAC, 52 bytes."""
    return nonce + seal(key, nonce, status.encode(), associated(scheme, degree, tag))


def entry_of(key: bytes, status: Status, scheme: int, degree: int, tag: bytes) -> bytes:
    """An entry, with a nonce of its own."""
    return tag + seal_status(key, secrets.token_bytes(12), status, scheme, degree, tag)


def open_status(key: bytes, sealed: bytes, scheme: int, degree: int, tag: bytes) -> Status:
    """Opens a status under what the signed header says of it."""
    plaintext = unseal(key, sealed[:12], sealed[12:], associated(scheme, degree, tag))
    require(plaintext[0] == VERSION, "version")
    onset = decode_onset(plaintext[3:4])
    require(plaintext[5:8] == bytes(3), "field")
    require(scheme == 2 or plaintext[8:] == NO_KEY, "field")
    return Status(codec.number(plaintext[1:3]), onset, plaintext[4], plaintext[8:])
