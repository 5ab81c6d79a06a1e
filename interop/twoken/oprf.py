"""RFC 9497 over ristretto255-SHA512: OPRF, VOPRF and the POPRF of permits (sections 5 and 13)."""

import hashlib
import secrets

from . import group
from .codec import u16
from .primitives import equal
from .refused import Refused, require

OPRF, VOPRF, POPRF = 0, 1, 2


def framed(data: bytes) -> bytes:
    """Data behind its length in two bytes."""
    return u16(len(data)) + data


class Suite:
    """One mode of the protocol, with its context string (RFC 9497, section 3.1)."""

    def __init__(self, mode: int):
        self.mode = mode
        self.context = b"OPRFV1-" + bytes([mode]) + b"-ristretto255-SHA512"

    def hash_to_group(self, data: bytes) -> bytes:
        return group.hash_to_group(data, b"HashToGroup-" + self.context)

    def hash_to_scalar(self, data: bytes) -> bytes:
        return group.hash_to_scalar(data, b"HashToScalar-" + self.context)

    def derive_key(self, seed: bytes, info: bytes) -> bytes:
        """DeriveKeyPair's private key (section 3.2.1)."""
        for counter in range(256):
            key = group.hash_to_scalar(seed + framed(info) + bytes([counter]), b"DeriveKeyPair" + self.context)
            if key != group.ZERO:
                return key
        raise Refused("scalar")

    def info_scalar(self, info: bytes) -> bytes:
        return self.hash_to_scalar(b"Info" + framed(info))

    def tweaked_key(self, public_key: bytes, info: bytes) -> bytes:
        """What a POPRF's proof is about: m·G + pk (section 3.3.3)."""
        tweaked = group.add(group.base(self.info_scalar(info)), public_key)
        require(tweaked != group.IDENTITY, "element")
        return tweaked

    def blind(self, data: bytes, blind: bytes) -> bytes:
        point = self.hash_to_group(data)
        require(point != group.IDENTITY, "element")
        return group.multiply(blind, point)

    def effective_key(self, key: bytes, info: bytes) -> tuple[bytes, bytes]:
        """The scalar that multiplies, and the scalar whose public key the proof is about."""
        if self.mode != POPRF:
            return key, key
        tweaked = group.add_scalars(key, self.info_scalar(info))
        return group.invert(tweaked), tweaked

    def blind_evaluate(self, key: bytes, blinded: list[bytes], info: bytes = b"", r: bytes | None = None):
        """The evaluated elements, and a proof in the verifiable modes; `r` is its random scalar."""
        factor, proved = self.effective_key(key, info)
        evaluated = [group.multiply(factor, point) for point in blinded]
        if self.mode == OPRF:
            return evaluated, None
        one, other = (blinded, evaluated) if self.mode == VOPRF else (evaluated, blinded)
        return evaluated, self.prove(proved, one, other, r or group.random_scalar())

    def composites(self, public: bytes, ones: list[bytes], others: list[bytes]) -> tuple[bytes, bytes]:
        """ComputeComposites (section 2.2.2)."""
        seed = hashlib.sha512(framed(public) + framed(b"Seed-" + self.context)).digest()
        m = z = group.IDENTITY
        for i, (one, other) in enumerate(zip(ones, others, strict=True)):
            transcript = framed(seed) + u16(i) + framed(one) + framed(other) + b"Composite"
            d = self.hash_to_scalar(transcript)
            m = group.add(m, group.multiply(d, one))
            z = group.add(z, group.multiply(d, other))
        return m, z

    def challenge(self, public: bytes, m: bytes, z: bytes, t2: bytes, t3: bytes) -> bytes:
        return self.hash_to_scalar(b"".join(map(framed, (public, m, z, t2, t3))) + b"Challenge")

    def prove(self, key: bytes, ones: list[bytes], others: list[bytes], r: bytes) -> bytes:
        """GenerateProof (section 2.2.1): challenge ‖ response."""
        public = group.base(key)
        m, z = self.composites(public, ones, others)
        c = self.challenge(public, m, z, group.base(r), group.multiply(r, m))
        return c + group.subtract_scalars(r, group.multiply_scalars(c, key))

    def verify(self, public: bytes, ones: list[bytes], others: list[bytes], proof: bytes) -> None:
        """VerifyProof (section 2.2.2)."""
        require(len(proof) == 64, "length")
        c, s = group.scalar(proof[:32]), group.scalar(proof[32:])
        m, z = self.composites(public, ones, others)
        t2 = group.add(group.base(s), group.multiply(c, public))
        t3 = group.add(group.multiply(s, m), group.multiply(c, z))
        require(equal(self.challenge(public, m, z, t2, t3), c), "verify")

    def check(self, public: bytes, blinded: list[bytes], evaluated: list[bytes], proof: bytes, info=b"") -> None:
        """What a client verifies of an answer under the server's public key."""
        if self.mode == VOPRF:
            self.verify(public, blinded, evaluated, proof)
        else:
            self.verify(self.tweaked_key(public, info), evaluated, blinded, proof)

    def output(self, data: bytes, issued: bytes, info: bytes) -> bytes:
        told = framed(info) if self.mode == POPRF else b""
        return hashlib.sha512(framed(data) + told + framed(issued) + b"Finalize").digest()

    def finalize(self, data: bytes, blind: bytes, evaluated: bytes, info: bytes = b"") -> bytes:
        """The output, 64 bytes, of an evaluated element whose proof was verified."""
        return self.output(data, group.multiply(group.invert(blind), evaluated), info)

    def evaluate(self, key: bytes, data: bytes, info: bytes = b"") -> bytes:
        """The same output, by whoever has the key."""
        factor, _ = self.effective_key(key, info)
        return self.output(data, group.multiply(factor, self.hash_to_group(data)), info)


def random_input() -> bytes:
    """t, 32 random bytes."""
    return secrets.token_bytes(32)
