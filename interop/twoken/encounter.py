"""Meeting (sections 8.1 to 8.4): keys of an interval, hearing, pairings and acknowledgements."""

import secrets
from dataclasses import dataclass, field

from . import beacon as beacons
from . import codec, group, labels, status, tag, times
from .beacon import Beacon
from .primitives import equal, hkdf_expand, hkdf_extract, x25519, x25519_public
from .refused import require

ACKNOWLEDGING = 60


@dataclass(frozen=True)
class OwnKeys:
    """The keys of one interval: x, r and z with their public halves."""

    interval: int
    x25519_private: bytes
    claim_secret: bytes
    idle_acknowledgement: bytes

    @staticmethod
    def fresh(interval: int) -> "OwnKeys":
        return OwnKeys(interval, secrets.token_bytes(32), group.random_scalar(), secrets.token_bytes(8))

    def beacon(self, emission: bytes | None = None) -> Beacon:
        public = x25519_public(self.x25519_private)
        return Beacon(self.interval, public, group.base(self.claim_secret), emission)


@dataclass(frozen=True)
class Pairing:
    """All values between own keys and a heard beacon; an app keeps only what section 8.3 says it keeps."""

    interval: int
    shared: bytes
    lo: bytes
    hi: bytes
    report_secret: bytes
    receive_secret: bytes
    acknowledgement_shown: bytes
    acknowledgement_expected: bytes
    reported_tag: bytes
    claim: bytes
    received_tag: bytes

    @property
    def report_key(self) -> bytes:
        return status.key_of(self.report_secret)

    @property
    def receive_key(self) -> bytes:
        return status.key_of(self.receive_secret)


def side(interval: int, x25519_key: bytes, claim_key: bytes) -> bytes:
    return codec.u32(interval) + x25519_key + claim_key


def pair(own: OwnKeys, heard: Beacon) -> Pairing:
    """The pairing of own keys with a heard beacon (section 8.3); an all-zero shared secret is refused."""
    shared = x25519(own.x25519_private, heard.x25519_key)
    shown = own.beacon()
    mine = side(own.interval, shown.x25519_key, shown.claim_key)
    theirs = side(heard.interval, heard.x25519_key, heard.claim_key)
    lo, hi = sorted((mine, theirs))
    prk = hkdf_extract(labels.ENCOUNTER, shared)
    own_d = 0 if mine == lo else 1

    def derive(label: bytes, d: int, length: int) -> bytes:
        return hkdf_expand(prk, label + codec.u8(d) + lo + hi, length)

    report_secret = derive(labels.ENCOUNTER_SECRET, own_d, 32)
    receive_secret = derive(labels.ENCOUNTER_SECRET, 1 - own_d, 32)
    claim = tag.claimed(receive_secret, own.claim_secret)
    return Pairing(
        interval=own.interval,
        shared=shared,
        lo=lo,
        hi=hi,
        report_secret=report_secret,
        receive_secret=receive_secret,
        acknowledgement_shown=derive(labels.ENCOUNTER_ACKNOWLEDGEMENT, own_d, 8),
        acknowledgement_expected=derive(labels.ENCOUNTER_ACKNOWLEDGEMENT, 1 - own_d, 8),
        reported_tag=tag.reported(report_secret, heard.claim_key),
        claim=claim,
        received_tag=group.base(claim),
    )


@dataclass
class Encounter:
    """A beacon that was heard, with one to three pairings."""

    heard: Beacon
    first: int
    last: int
    both: bool = False
    pairings: list[Pairing] = field(default_factory=list)


@dataclass
class KeyRing:
    """The keys of the intervals that are accepted now, and what was heard under them."""

    keys: list[OwnKeys] = field(default_factory=list)
    encounters: dict[bytes, Encounter] = field(default_factory=dict)

    def advance(self, now: int) -> None:
        """Erases what is not accepted now, and makes the keys that are missing."""
        self.keys = [own for own in self.keys if times.is_accepted(own.interval, now)]
        current = times.interval_of(now)
        for interval in (current, current + 1):
            missing = all(own.interval != interval for own in self.keys)
            if missing and times.is_accepted(interval, now):
                self.keys.append(OwnKeys.fresh(interval))

    def shown_keys(self, now: int) -> OwnKeys:
        return next(own for own in self.keys if own.interval == times.interval_of(now))

    def payload(self, now: int, emission: bytes | None = None) -> bytes:
        """What is shown now: the beacon, and an acknowledgement of the one who was heard last (section 8.4)."""
        own = self.shown_keys(now)
        acknowledgement = own.idle_acknowledgement
        for encounter in self.encounters.values():
            for pairing in encounter.pairings:
                if now - encounter.last <= ACKNOWLEDGING and pairing.interval == own.interval:
                    acknowledgement = pairing.acknowledgement_shown
        return own.beacon(emission).encode() + acknowledgement

    def hear(self, payload: bytes, now: int) -> Encounter:
        """Hears a payload (section 8.2)."""
        heard, acknowledgement = beacons.decode_payload(payload)
        times.check_accepted(heard.interval, now)
        for own in self.keys:
            shown = own.beacon()
            require(heard.x25519_key != shown.x25519_key and heard.claim_key != shown.claim_key, "own")
        usable = [own for own in self.keys if times.is_accepted(own.interval, now)]
        pairings = [pair(own, heard) for own in usable if abs(own.interval - heard.interval) <= 1]
        require(pairings != [], "no-key")
        name = side(heard.interval, heard.x25519_key, heard.claim_key)
        encounter = self.encounters.setdefault(name, Encounter(heard, now, now))
        encounter.last = now
        known = {pairing.interval for pairing in encounter.pairings}
        encounter.pairings += [pairing for pairing in pairings if pairing.interval not in known]
        encounter.both |= any([equal(acknowledgement, pairing.acknowledgement_expected) for pairing in pairings])
        return encounter
