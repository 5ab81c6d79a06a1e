"""Checking (sections 19 and 19.1): configuration, indexes, batches, and what in them is one's own."""

import secrets
from dataclasses import dataclass, field

from . import batch, config, filter, index, status, times
from .client import Client
from .refused import Refused, require
from .upload import OPEN

WHOLE = 8
PAGES = 4
ACCEPTED_AFTER = 3600


@dataclass(frozen=True)
class Known:
    """What recognises an entry: its tag, the claim to it and the key of its status; `about` is whose it is."""

    tag: bytes
    claim: bytes
    status_key: bytes | None
    about: object


@dataclass(frozen=True)
class Match:
    """An entry that is one's own, where it stands, and what it says (nothing in private mode)."""

    header: batch.Header
    page: int
    page_tags: list[bytes]
    known: Known
    status: status.Status | None


@dataclass
class Large:
    """A batch of which single pages are asked: those chosen, what the filter said of them, and those that wait."""

    header: batch.Header
    chosen: list[int]
    said: list[int]
    waiting: set[int]
    checked: bool = False


@dataclass
class Checker:
    """What a client keeps from one check to the next."""

    client: Client
    region: str
    pin: config.Pin | None = None
    heads: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    checked_until: dict[str, int] = field(default_factory=dict)
    seen_at: dict[bytes, int] = field(default_factory=dict)
    large: dict[bytes, Large] = field(default_factory=dict)
    current: config.Config | None = None

    def contact(self, now: int) -> config.Config:
        """Fetches and verifies the configuration; pins its keys at first contact."""
        current = self.client.config(self.pin)
        self.pin = current.pin
        self.seen_at.setdefault(current.digest, now)
        self.current = current
        return current

    def check(self, now: int, known: dict[int, list[Known]]) -> list[Match]:
        """One check with what is known of each scheme; if anything fails, nothing of it counts.

        In private mode it verifies what is new; `asking` compares, when a day is over.
        """
        current = self.contact(now)
        matches, heads, until = [], {}, {}
        earlier = [large for large in self.large.values() if large.checked and large.header.mode == OPEN]
        for region in current.ancestors(self.region):
            headers, heads[region], until[region] = self.new_headers(region, now)
            for header in headers:
                self.check_header(current, header)
                if header.mode == OPEN:
                    matches += self.compare(header, known[header.scheme])
        if earlier:
            matches += self.ask_again(secrets.choice(earlier), known)
        self.heads.update(heads)
        for region, mark in until.items():
            self.checked_until[region] = max(mark, self.checked_until.get(region, 0))
        for large in self.large.values():
            large.checked = True
        return matches

    def new_headers(self, region: str, now: int):
        """The headers that are new in a region, its last head and day, and until when it was seen."""
        today = times.day_of(now)
        head, day = self.heads.get(region, (None, 0))
        if head is None or day < today - times.RETENTION_DAYS:
            head, day = None, today - times.RETENTION_DAYS
        headers, until = [], now
        for each in range(day, today + 1):
            verified = index.verify(self.pin.signing_key, region, each, now, self.client.index(region, each))
            headers += verified.new_since(head)
            head = verified.heads()[-1]
            until = min(until, verified.signed_at) if each == today else until
        return headers, (head, today), until

    def check_header(self, current: config.Config, header: batch.Header) -> None:
        """Step 4: the configuration that a batch was sealed under, and its mode."""
        late = header.sealed_at > self.seen_at[current.digest] + ACCEPTED_AFTER
        earlier = [] if late else current.previous
        require(header.config_digest in [current.digest, *earlier], "config-digest")
        require(config.MODES[header.mode - 1] == current.members["mode"], "mode")

    def compare(self, header: batch.Header, known: list[Known]) -> list[Match]:
        if len(header.pages) <= WHOLE:
            entries = batch.verify_entries(header, self.client.entries(header.id))
            pages = [entries[at : at + batch.ENTRIES] for at in range(0, len(entries), batch.ENTRIES)]
            return find(header, dict(enumerate(pages)), known)
        if header.id not in self.large:
            self.choose(header, known)
        return self.ask(self.large[header.id], known)

    def choose(self, header: batch.Header, known: list[Known]) -> None:
        """Draws four pages before the filter is read, and puts hits in their place (section 19.1)."""
        draw = secrets.SystemRandom()
        drawn = draw.sample(range(len(header.pages)), PAGES)
        found = filter.verify(header.filter_digest, header.entries, self.client.filter(header.id))
        hits = filter.hits(found, [one.tag for one in known])
        asked = draw.sample(sorted(hits), min(PAGES, len(hits)))
        chosen = sorted((asked + [page for page in drawn if page not in hits])[:PAGES])
        self.large[header.id] = Large(header, chosen, found, hits - set(chosen))

    def ask(self, large: Large, known: list[Known]) -> list[Match]:
        pages = {}
        for number in large.chosen:
            data = self.client.page(large.header.id, number)
            pages[number] = batch.verify_page(large.header, number, data)
            filter.check_page(large.said, number, [entry[:32] for entry in pages[number]])
        return find(large.header, pages, known)

    def ask_again(self, large: Large, known: dict[int, list[Known]]) -> list[Match]:
        """Four pages of one batch that was checked before, those that wait among them."""
        draw = secrets.SystemRandom()
        waiting = draw.sample(sorted(large.waiting), min(PAGES, len(large.waiting)))
        others = [page for page in range(len(large.header.pages)) if page not in waiting]
        large.chosen = sorted(waiting + draw.sample(others, PAGES - len(waiting)))
        matches = self.ask(large, known[large.header.scheme])
        large.waiting -= set(large.chosen)
        return matches


def find(header: batch.Header, pages: dict[int, list[bytes]], known: list[Known]) -> list[Match]:
    """The entries that are known and, in open mode, whose status opens (step 6)."""
    by_tag = {one.tag: one for one in known}
    matches = []
    for number, entries in pages.items():
        tags = [entry[:32] for entry in entries]
        for entry in entries:
            one = by_tag.get(entry[:32])
            if one is None:
                continue
            try:
                told = opened(header, one, entry)
            except Refused:
                continue  # a status that does not open is nothing, and stops no later one of the same tag
            matches.append(Match(header, number, tags, one, told))
    return matches


def opened(header: batch.Header, one: Known, entry: bytes) -> status.Status | None:
    if len(entry) == 32:
        return None
    return status.open_status(one.status_key, entry[32:], header.scheme, header.degree, entry[:32])
