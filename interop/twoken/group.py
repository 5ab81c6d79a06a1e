"""ristretto255 (section 5): elements and scalars as their 32 bytes, by libsodium through `rbcl`."""

import hashlib
import secrets

import rbcl

from .refused import require

ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = bytes(32)
ZERO = bytes(32)
ONE = (1).to_bytes(32, "little")


def decode(data: bytes) -> bytes:
    """RFC 9496 section 4.3.1; the identity is an element here."""
    require(len(data) == 32, "length")
    require(bool(rbcl.crypto_core_ristretto255_is_valid_point(data)), "element")
    return data


def element(data: bytes) -> bytes:
    """An element from a stranger: canonical, and not the identity."""
    require(len(data) == 32, "length")
    require(data != IDENTITY, "element")
    return decode(data)


def scalar(data: bytes) -> bytes:
    """A scalar from a stranger: little-endian, below the order, and not zero."""
    require(len(data) == 32, "length")
    require(0 < int.from_bytes(data, "little") < ORDER, "scalar")
    return data


def reduce(data: bytes) -> bytes:
    """64 bytes as a little-endian integer, modulo the order."""
    return rbcl.crypto_core_ristretto255_scalar_reduce(data)


def random_scalar(draw=secrets.token_bytes) -> bytes:
    """A random scalar; `draw` gives so many random bytes."""
    while (drawn := reduce(draw(64))) == ZERO:
        pass
    return drawn


def add_scalars(a: bytes, b: bytes) -> bytes:
    return rbcl.crypto_core_ristretto255_scalar_add(a, b)


def subtract_scalars(a: bytes, b: bytes) -> bytes:
    return rbcl.crypto_core_ristretto255_scalar_sub(a, b)


def multiply_scalars(a: bytes, b: bytes) -> bytes:
    return rbcl.crypto_core_ristretto255_scalar_mul(a, b)


def invert(a: bytes) -> bytes:
    require(a != ZERO, "scalar")
    return rbcl.crypto_core_ristretto255_scalar_invert(a)


def base(k: bytes) -> bytes:
    """k·G."""
    return IDENTITY if k == ZERO else rbcl.crypto_scalarmult_ristretto255_base(k)


def multiply(k: bytes, point: bytes) -> bytes:
    """k·point."""
    if k == ZERO or point == IDENTITY:
        return IDENTITY
    return rbcl.crypto_scalarmult_ristretto255(k, point)


def add(a: bytes, b: bytes) -> bytes:
    return rbcl.crypto_core_ristretto255_add(a, b)


def subtract(a: bytes, b: bytes) -> bytes:
    return rbcl.crypto_core_ristretto255_sub(a, b)


def from_uniform(data: bytes) -> bytes:
    """RFC 9496 section 4.3.4: the element of 64 uniform bytes."""
    return rbcl.crypto_core_ristretto255_from_hash(data)


def xmd(message: bytes, dst: bytes) -> bytes:
    """expand_message_xmd with SHA-512, RFC 9380 section 5.3.1, for 64 bytes, which is one block."""
    suffix = dst + len(dst).to_bytes(1, "big")
    first = hashlib.sha512(bytes(128) + message + (64).to_bytes(2, "big") + b"\0" + suffix).digest()
    return hashlib.sha512(first + b"\1" + suffix).digest()


def hash_to_scalar(message: bytes, dst: bytes) -> bytes:
    return reduce(xmd(message, dst))


def hash_to_group(message: bytes, dst: bytes) -> bytes:
    return from_uniform(xmd(message, dst))
