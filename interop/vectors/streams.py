"""Randomness of the vectors: a ChaCha20 keystream (RFC 8439, counter and nonce zero)."""

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20


class Keystream:
    """Gives so many bytes at each call, one after another."""

    def __init__(self, key: bytes):
        self.encryptor = Cipher(ChaCha20(key, bytes(16)), mode=None).encryptor()

    def __call__(self, length: int) -> bytes:
        return self.encryptor.update(bytes(length))

    def below(self, bound: int) -> int:
        """A number below a bound, from a little-endian u32 that is drawn again from the largest multiple on."""
        limit = (1 << 32) - (1 << 32) % bound
        while (drawn := int.from_bytes(self(4), "little")) >= limit:
            pass
        return drawn % bound
