"""Permits (section 13): redeeming a TAN for a POPRF output, and spending it on one body."""

from dataclasses import dataclass

from . import codec, group, labels, oprf, tan
from .primitives import equal, hmac
from .refused import require

PATIENT, STAFF = 1, 2
CLASSES = {"patient": PATIENT, "staff": STAFF}
SUITE = oprf.Suite(oprf.POPRF)
HEADER = 67


def info_of(permit_class: int, week: int) -> bytes:
    """All that distinguishes permits (section 13.1)."""
    return labels.PERMIT + codec.u8(permit_class) + codec.u16(week)


@dataclass(frozen=True)
class Redeeming:
    """What a client stores before it sends the first request, so that it can repeat the same one."""

    permit_class: int
    week: int
    t: bytes
    blind: bytes

    @staticmethod
    def fresh(permit_class: int, week: int) -> "Redeeming":
        return Redeeming(permit_class, week, oprf.random_input(), group.random_scalar())

    @property
    def info(self) -> bytes:
        return info_of(self.permit_class, self.week)

    def blinded(self) -> bytes:
        return SUITE.blind(self.t, self.blind)

    def request(self, symbols: str) -> dict:
        """The body of `POST /v1/permits`."""
        name = next(name for name, number in CLASSES.items() if number == self.permit_class)
        blinded = codec.base64url(self.blinded())
        return {"tan": tan.whole(symbols), "blinded": blinded, "class": name, "week": self.week}

    def finish(self, response: dict, public_key: bytes) -> bytes:
        """N, 64 bytes, after the proof held under the pinned permit key."""
        evaluated = group.element(codec.from_base64url(response["evaluated"]))
        proof = codec.exactly(codec.from_base64url(response["proof"]), 64)
        SUITE.check(public_key, [self.blinded()], [evaluated], proof, self.info)
        return SUITE.finalize(self.t, self.blind, evaluated, self.info)

    def header(self, n: bytes, body: bytes) -> str:
        """The value of `twoken-permit` that spends the permit on this body."""
        mac = hmac(n, labels.UPLOAD + body)
        return codec.base64url(self.t + codec.u8(self.permit_class) + codec.u16(self.week) + mac)


def read_blinded(text: str) -> bytes:
    """What a server is asked to evaluate (section 13.3, step 3)."""
    return group.element(codec.from_base64url(text))


def answer(key: bytes, blinded: bytes, info: bytes, r: bytes | None = None) -> dict:
    """A server's answer; `r` is the random scalar of the proof."""
    evaluated, proof = SUITE.blind_evaluate(key, [blinded], info, r)
    return {"evaluated": codec.base64url(evaluated[0]), "proof": codec.base64url(proof)}


@dataclass(frozen=True)
class Spent:
    """A permit header as it came."""

    t: bytes
    permit_class: int
    week: int
    mac: bytes


def read_header(text: str) -> Spent:
    data = codec.exactly(codec.from_base64url(text), HEADER)
    require(data[32] in (PATIENT, STAFF), "class")
    return Spent(data[:32], data[32], codec.number(data[33:35]), data[35:])


def authorise(key: bytes, spent: Spent, body: bytes) -> None:
    """Whether this header authorises this body (section 14, step 2)."""
    n = SUITE.evaluate(key, spent.t, info_of(spent.permit_class, spent.week))
    require(equal(hmac(n, labels.UPLOAD + body), spent.mac), "refused")
