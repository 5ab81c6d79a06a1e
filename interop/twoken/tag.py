"""Tags and entries (section 9.1 to 9.3)."""

import secrets

from . import group, labels
from .refused import require

LENGTH = 84
TAG = 32
SEALED = 52


def exponent(secret: bytes) -> bytes:
    """w, the scalar of a secret."""
    return group.hash_to_scalar(secret, labels.TAG_HASH_TO_SCALAR)


def second(secret: bytes) -> bytes:
    """encode(w·G), the tag of a TCN, and in private mode the second tag of z."""
    return group.base(exponent(secret))


def reported(secret: bytes, claim_key: bytes) -> bytes:
    """encode(w·G + R), the tag that only the holder of R's private half can claim."""
    tag = group.add(second(secret), claim_key)
    require(tag != group.IDENTITY, "element")
    return tag


def claimed(secret: bytes, claim_secret: bytes) -> bytes:
    """w + r, the logarithm of the tag."""
    claim = group.add_scalars(exponent(secret), claim_secret)
    require(claim != group.ZERO, "scalar")
    return claim


def element(secret: bytes) -> bytes:
    """E, for private mode."""
    return group.hash_to_group(secret, labels.ELEMENT_HASH_TO_GROUP)


def check_entry(entry: bytes) -> bytes:
    """An entry from a stranger: 84 bytes, of which the tag is an element."""
    require(len(entry) == LENGTH, "length")
    group.element(entry[:TAG])
    return entry


def dummy(draw=secrets.token_bytes) -> bytes:
    """An entry of which nobody knows the logarithm."""
    tag = group.from_uniform(draw(64))
    return tag + draw(SEALED)
