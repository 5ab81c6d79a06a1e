"""An app in one object: it meets, emits, reports and checks (sections 8, 11, 13, 14 and 19)."""

import random
import secrets
import time
from dataclasses import dataclass, field

from . import encounter, membership, permit, proven, status, tag, tan, tcn, times, upload
from .checking import Checker, Known, Match
from .client import Client


@dataclass(frozen=True)
class Report:
    """A body that waits with its permit header, to be sent byte for byte until it is answered."""

    body: bytes
    header: str


@dataclass
class Person:
    """A phone, its diary and its server; `clock` gives the time."""

    client: Client
    region: str
    clock: object = field(default=lambda: int(time.time()))
    emits: bool = False
    ring: encounter.KeyRing = field(default_factory=encounter.KeyRing)
    diary: list[encounter.Encounter] = field(default_factory=list)
    sightings: list[tcn.Sighting] = field(default_factory=list)
    day_keys: dict[int, bytes] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)

    def __post_init__(self):
        self.checker = Checker(self.client, self.region)

    def show(self) -> bytes:
        """The payload that is shown now, with an emission if this person lets others hear them one-way."""
        now = self.clock()
        self.ring.advance(now)
        return self.ring.payload(now, self.emission(now) if self.emits else None)

    def emission(self, now: int) -> bytes:
        interval = times.interval_of(now)
        day_key = self.day_keys.setdefault(times.day_of(now), secrets.token_bytes(32))
        self.shown.add(interval)
        second = (now - interval * times.INTERVAL) // 10 * 10
        return tcn.emission_of(tcn.interval_leaf(day_key, interval), second)

    def scan(self, payload: bytes) -> encounter.Encounter:
        """Reads what somebody shows."""
        now = self.clock()
        self.ring.advance(now)
        heard = self.ring.hear(payload, now)
        if heard not in self.diary:
            self.diary.append(heard)
        emission = encounter.beacons.decode_payload(payload)[0].emission
        if emission is not None:
            self.sightings.append(tcn.sight(emission, heard.heard.interval, now))
        return heard

    def known(self) -> dict[int, list[Known]]:
        """What recognises entries of encounters, and of TCNs heard."""
        pairings = [(pairing, heard) for heard in self.diary for pairing in heard.pairings]
        encounters = [Known(one.received_tag, one.claim, one.receive_key, heard) for one, heard in pairings]
        tcns = [Known(one.tag, one.claim, one.status_key, one) for one in self.sightings]
        return {1: encounters, 2: tcns}

    def check(self) -> list[Match]:
        return self.checker.check(self.clock(), self.known())

    def pairings(self, without: list[encounter.Encounter] = ()) -> list[encounter.Pairing]:
        return [one for heard in self.diary if heard not in without for one in heard.pairings]

    def make_upload(self, told: status.Status, degree: int, without: list[encounter.Encounter] = ()) -> bytes:
        """The body of a report: entries of what remains of the diary, and a cover of what was emitted."""
        pairings = self.pairings(without)
        intervals = set(self.shown)
        for heard in without:
            intervals -= {heard.heard.interval + step for step in (-1, 0, 1)}
        nodes = tcn.cover_of(self.day_keys, intervals)
        assert pairings or nodes, "nothing to report"
        entries = [status.entry_of(one.report_key, told, 1, degree, one.reported_tag) for one in pairings]
        where = (self.region, degree)
        return upload.Upload(*where, upload.fill(entries), nodes, told.test_day, told.onset).encode()

    def make_private_upload(self, degree: int) -> bytes:
        """In private mode the elements of the own direction, and nothing of the test."""
        elements = [tag.element(one.report_secret) for one in self.pairings()]
        nodes = tcn.cover_of(self.day_keys, set(self.shown))
        lines = upload.fill(elements, upload.PRIVATE)
        return upload.Upload(self.region, degree, lines, nodes, mode=upload.PRIVATE).encode()

    def redeem(self, typed: str, body: bytes, permit_class: int = permit.PATIENT) -> Report:
        """Turns a TAN into a permit for this body, and waits for a random time (section 13.4)."""
        current = self.checker.current or self.checker.contact(self.clock())
        week = times.week_of_day(times.day_of(self.clock()))
        asked = permit.Redeeming.fresh(permit_class, week)
        answer = self.client.permit(asked.request(tan.read(typed)))
        n = asked.finish(answer, self.checker.pin.permit_key)
        delay = current.members["upload_delay_seconds"]
        time.sleep(random.SystemRandom().uniform(delay["min"], delay["max"]))
        return Report(body, asked.header(n, body))

    def send(self, report: Report) -> None:
        self.client.upload(report.body, report.header)

    def report(self, typed: str, told: status.Status) -> Report:
        """A whole report under a TAN."""
        report = self.redeem(typed, self.make_upload(told, 1))
        self.send(report)
        return report

    def prove(self, match: Match, purpose: int, body: bytes, study: bytes = b"") -> bytes:
        """A proven body: who holds a claim on this page, and what it authorises (section 14.4)."""
        header = match.header
        kind = membership.WITH_NULLIFIER if (header.mode, header.scheme) == (1, 1) else membership.WITHOUT
        context = membership.context_of(self.checker.pin.signing_key, purpose, study)
        page = header.pages[match.page]
        statement = membership.Statement(match.page_tags, page, context, body, kind)
        return proven.Proven(page, membership.prove(statement, match.known.claim), body).encode()
