"""Primitives (section 5), all of them from libraries; ristretto255 is in `group`."""

import hashlib
import hmac as stdlib_hmac

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from .refused import Refused, require

P = 2**255 - 19
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493

# y of the points of Ed25519 whose order divides 8: 0, 1, −1, and the two of order 8. The sign of x is another bit.
SMALL_ORDER_Y = {
    0,
    1,
    P - 1,
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
}


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hmac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256, RFC 2104."""
    return stdlib_hmac.digest(key, message, "sha256")


def equal(a: bytes, b: bytes) -> bool:
    """Compares secrets in constant time."""
    return stdlib_hmac.compare_digest(a, b)


def hkdf_extract(salt: bytes, ikm: bytes) -> bytes:
    """HKDF-Extract, RFC 5869 section 2.2; an empty salt is 32 zero bytes, which HMAC makes of it."""
    return hmac(salt, ikm)


def hkdf_expand(prk: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand, RFC 5869 section 2.3."""
    return HKDFExpand(SHA256(), length, info).derive(prk)


def x25519(private: bytes, public: bytes) -> bytes:
    """X25519, RFC 7748; refuses the all-zero shared secret."""
    try:
        return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise Refused("low-order") from error


def x25519_public(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def ed25519_public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def small_order(point: bytes) -> bool:
    """Whether 32 bytes encode a point of small order, in whichever of its forms."""
    return (int.from_bytes(point, "little") & (2**255 - 1)) % P in SMALL_ORDER_Y


def ed25519_verify(public: bytes, signature: bytes, message: bytes) -> None:
    """Ed25519, RFC 8032, without cofactor; refuses unreduced S, and public keys and R of small order."""
    require(len(public) == 32 and len(signature) == 64, "signature")
    require(not small_order(public) and not small_order(signature[:32]), "signature")
    require(int.from_bytes(signature[32:], "little") < ED25519_ORDER, "signature")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Refused("signature") from error


def signed_part(public: bytes, label: bytes, data: bytes) -> bytes:
    """What follows a signature of 64 bytes that holds for `label ‖ what follows`."""
    require(len(data) >= 64, "length")
    ed25519_verify(public, data[:64], label + data[64:])
    return data[64:]


def seal(key: bytes, nonce: bytes, plaintext: bytes, ad: bytes) -> bytes:
    """ChaCha20-Poly1305, RFC 8439 section 2.8: ciphertext ‖ MAC."""
    return ChaCha20Poly1305(key).encrypt(nonce, plaintext, ad)


def unseal(key: bytes, nonce: bytes, sealed: bytes, ad: bytes) -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, ad)
    except InvalidTag as error:
        raise Refused("sealed") from error
