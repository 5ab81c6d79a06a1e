"""Published vectors: RFC 5869, 7748, 8032, 8439, 9496, 9497, and X25519 keys of low order."""

import hashlib

from twoken import beacon, group, oprf, primitives
from twoken.refused import Refused

from . import raw, reader, same


@reader("rfc5869")
def hkdf(case):
    prk = primitives.hkdf_extract(raw(case, "salt"), raw(case, "ikm"))
    same(prk, raw(case, "prk"), "prk")
    same(primitives.hkdf_expand(prk, raw(case, "info"), case["length"]), raw(case, "okm"), "okm")


@reader("rfc7748")
def x25519(case):
    if case["kind"] == "x25519":
        same(primitives.x25519(raw(case, "scalar"), raw(case, "u")), raw(case, "output"))
    elif case["kind"] == "iterated":
        scalar, u = raw(case, "scalar"), raw(case, "u")
        for _ in range(case["iterations"]):
            scalar, u = primitives.x25519(scalar, u), scalar
        same(scalar, raw(case, "output"))
    else:
        assert case["kind"] == "dh"
        for one, other in (("alice", "bob"), ("bob", "alice")):
            private = raw(case, f"{one}_private")
            same(primitives.x25519_public(private), raw(case, f"{one}_public"))
            same(primitives.x25519(private, raw(case, f"{other}_public")), raw(case, "shared"))


@reader("x25519_low_order")
def x25519_low_order(case):
    public, private = raw(case, "public"), raw(case, "private")
    if case["expect"] == "refused":
        same(raw(case, "shared"), bytes(32))
        refused(lambda: primitives.x25519(private, public), "low-order")
    else:
        assert case["expect"] == "shared_or_refused"
        same(primitives.x25519(private, public), raw(case, "shared"))
        if not case["canonical"]:
            refused(lambda: beacon.check_x25519_key(public), "public-key")


def refused(action, reason: str) -> None:
    try:
        action()
    except Refused as error:
        same(error.reason, reason)
    else:
        raise AssertionError("was not refused")


@reader("rfc8032")
def ed25519(case):
    seed, message = raw(case, "secret_key"), raw(case, "message")
    same(primitives.ed25519_public(seed), raw(case, "public_key"))
    same(primitives.ed25519_sign(seed, message), raw(case, "signature"))
    primitives.ed25519_verify(raw(case, "public_key"), raw(case, "signature"), message)


@reader("rfc8439")
def chacha20_poly1305(case):
    key, nonce, aad, plaintext = (raw(case, name) for name in ("key", "nonce", "aad", "plaintext"))
    sealed = raw(case, "ciphertext") + raw(case, "tag")
    same(primitives.seal(key, nonce, plaintext, aad), sealed)
    same(primitives.unseal(key, nonce, sealed, aad), plaintext)


@reader("rfc9496")
def ristretto(case):
    if case["kind"] == "generator_multiple":
        encoding = raw(case, "encoding")
        same(group.base(case["multiplier"].to_bytes(32, "little")), encoding)
        same(group.decode(encoding), encoding)
    elif case["kind"] == "invalid_encoding":
        refused(lambda: group.decode(raw(case, "encoding")), "element")
    else:
        assert case["kind"] == "from_uniform_bytes"
        if "sha512_of" in case:
            same(hashlib.sha512(raw(case, "sha512_of")).digest(), raw(case, "uniform"))
        same(group.from_uniform(raw(case, "uniform")), raw(case, "encoding"))


@reader("rfc9497")
def oprf_modes(case):
    suite = oprf.Suite(case["mode_id"])
    same(b"HashToGroup-" + suite.context, raw(case, "groupDST"))
    key = suite.derive_key(raw(case, "seed"), raw(case, "keyInfo"))
    same(key, raw(case, "skSm"), "skSm")
    info = bytes.fromhex(case.get("Info", ""))
    lists = ("Input", "Blind", "BlindedElement", "EvaluationElement", "Output")
    inputs, blinds, blinded, evaluated, outputs = ([bytes.fromhex(one) for one in case[name]] for name in lists)
    same(len(inputs), case["batch"])
    same([suite.blind(one, blind) for one, blind in zip(inputs, blinds, strict=True)], blinded, "blinded")
    r = bytes.fromhex(case["ProofRandomScalar"]) if "ProofRandomScalar" in case else None
    got, proof = suite.blind_evaluate(key, blinded, info, r)
    same(got, evaluated, "evaluated")
    if case["mode"] != "OPRF":
        public = group.base(key)
        same(public, raw(case, "pkSm"), "pkSm")
        same(proof, raw(case, "Proof"), "proof")
        suite.check(public, blinded, evaluated, proof, info)
        turned = bytes([proof[0] ^ 1]) + proof[1:]
        refused(lambda: suite.check(public, blinded, evaluated, turned, info), "verify")
    for one, blind, element, output in zip(inputs, blinds, evaluated, outputs, strict=True):
        same(suite.finalize(one, blind, element, info), output, "output")
        same(suite.evaluate(key, one, info), output, "evaluate")
