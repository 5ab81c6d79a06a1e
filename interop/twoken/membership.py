"""Membership proofs (section 9.4): the claim to one of a page's 256 tags, without saying which."""

import secrets
from dataclasses import dataclass

from Crypto.Hash import TurboSHAKE128

from . import codec, group, labels
from .primitives import sha256
from .refused import Refused, require

VERSION = 1
WITH_NULLIFIER, WITHOUT = 1, 2
SECOND_DEGREE, STUDY = 1, 2
TAGS = 256
TRANSCRIPT = 2 * TAGS * 32
RATE = 168
SESSION_PROTOCOL = b"irtf-cfrg-fiat-shamir/session-id"


def le32(value: int) -> bytes:
    return value.to_bytes(4, "little")


def context_of(server_key: bytes, purpose: int, study: bytes = b"") -> bytes:
    return server_key + codec.u8(purpose) + study


def squeeze(identifier: bytes, absorbed: list[bytes], length: int) -> bytes:
    """TurboSHAKE128 of an identifier filled up to the rate, and what is absorbed after it."""
    sponge = TurboSHAKE128.new(domain=0x1F)
    sponge.update(identifier + bytes(RATE - len(identifier)))
    for data in absorbed:
        sponge.update(data)
    return sponge.read(length)


def from_challenge(data: bytes) -> bytes:
    """48 bytes, little-endian, modulo the order."""
    return group.reduce(data + bytes(16))


def read_scalar(data: bytes) -> bytes:
    """A scalar of a transcript, big-endian; zero is one here."""
    little = data[::-1]
    require(int.from_bytes(little, "little") < group.ORDER, "refused")
    return little


@dataclass(frozen=True)
class Statement:
    """What a proof is about: a page's tags and digest, the context, and the body that it is bound to."""

    tags: list[bytes]
    page: bytes
    context: bytes
    body: bytes
    kind: int

    def base(self) -> bytes:
        """H, the base of nullifiers."""
        return group.hash_to_group(self.context, labels.MEMBERSHIP_HASH_TO_GROUP)

    def session(self) -> bytes:
        digests = self.page + sha256(self.body)
        context = codec.u16(len(self.context)) + self.context
        return labels.MEMBERSHIP + codec.u8(self.kind) + digests + context

    def check_tags(self) -> None:
        require(len(self.tags) == TAGS, "tags")
        for tag in self.tags:
            group.element(tag)

    def branch(self, tag: bytes, nullifier: bytes | None) -> bytes:
        one = group.ONE[::-1]

        def equation(a: int, b: int) -> bytes:
            return le32(1) + le32(a) + one + le32(1) + le32(0) + le32(b) + one

        if nullifier is None:
            relation = le32(1) + equation(2, 1) + tag
        else:
            relation = le32(2) + equation(2, 1) + equation(4, 3) + tag + nullifier + self.base()
        inner = b"sigma-proofs composition SIMPLE" + le32(len(relation)) + relation
        return le32(len(inner)) + inner

    def challenge(self, nullifier: bytes | None, commitments: list[bytes]) -> bytes:
        branches = b"".join(self.branch(tag, nullifier) for tag in self.tags)
        instance = b"sigma-proofs composition OR" + le32(TAGS) + branches
        session_id = squeeze(SESSION_PROTOCOL, [self.session()], 32)
        return from_challenge(squeeze(session_id, [instance, *commitments], 48))


@dataclass(frozen=True)
class Proof:
    """A proof by its parts; the kind is that of whether there is a nullifier."""

    nullifier: bytes | None
    transcript: bytes

    @property
    def kind(self) -> int:
        return WITHOUT if self.nullifier is None else WITH_NULLIFIER

    def encode(self) -> bytes:
        return codec.u8(VERSION) + codec.u8(self.kind) + (self.nullifier or b"") + self.transcript


def decode(data: bytes) -> Proof:
    require(len(data) >= 1, "length")
    require(data[0] == VERSION, "version")
    require(len(data) >= 2, "length")
    require(data[1] in (WITH_NULLIFIER, WITHOUT), "kind")
    start = 34 if data[1] == WITH_NULLIFIER else 2
    require(len(data) == start + TRANSCRIPT, "length")
    if data[1] == WITHOUT:
        return Proof(None, data[2:])
    try:
        return Proof(group.element(data[2:34]), data[34:])
    except Refused as error:
        raise Refused("nullifier") from error


def commitments_of(tag, c, s, nullifier, base) -> list[bytes]:
    """T = s·G − c·tag, and with a nullifier U = s·n − c·H."""
    commitments = [group.subtract(group.base(s), group.multiply(c, tag))]
    if nullifier is not None:
        commitments.append(group.subtract(group.multiply(s, nullifier), group.multiply(c, base)))
    return commitments


def verify(statement: Statement, proof: Proof) -> None:
    """Accepts when the challenge is that of the commitments it leads to."""
    require(proof.kind == statement.kind, "other-kind")
    statement.check_tags()
    scalars = [read_scalar(data) for data in codec.chunks(proof.transcript, 32)]
    total, challenges, responses = scalars[0], scalars[1:TAGS], scalars[TAGS:]
    last = total
    for challenge in challenges:
        last = group.subtract_scalars(last, challenge)
    base = statement.base()
    commitments = []
    for tag, c, s in zip(statement.tags, [*challenges, last], responses, strict=True):
        commitments += commitments_of(tag, c, s, proof.nullifier, base)
    require(statement.challenge(proof.nullifier, commitments) == total, "refused")


def prove(statement: Statement, claim: bytes) -> Proof:
    """Proves the claim to one of the tags. Python cannot keep the prover's time the same for every branch."""
    statement.check_tags()
    own = statement.tags.index(group.base(claim))
    base = statement.base()
    nullifier = group.multiply(group.invert(claim), base) if statement.kind == WITH_NULLIFIER else None
    seed = sha256(labels.MEMBERSHIP_SEED + secrets.token_bytes(32) + claim + sha256(statement.session()))
    drawn = iter(range(1 << 32))

    def draw() -> bytes:
        return group.reduce(squeeze(seed, [codec.u32(next(drawn))], 64))

    challenges, responses, commitments = [], [], []
    nonce = draw()
    for i, tag in enumerate(statement.tags):
        c, s = draw(), draw()
        if i == own:
            commitments += commitments_of(tag, group.ZERO, nonce, nullifier, base)
        else:
            commitments += commitments_of(tag, c, s, nullifier, base)
        challenges.append(c)
        responses.append(s)
    total = statement.challenge(nullifier, commitments)
    own_challenge = total
    for i, challenge in enumerate(challenges):
        if i != own:
            own_challenge = group.subtract_scalars(own_challenge, challenge)
    challenges[own] = own_challenge
    responses[own] = group.add_scalars(nonce, group.multiply_scalars(own_challenge, claim))
    scalars = [total, *challenges[:-1], *responses]
    proof = Proof(nullifier, b"".join(scalar[::-1] for scalar in scalars))
    verify(statement, proof)
    return proof
