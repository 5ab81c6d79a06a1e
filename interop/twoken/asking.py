"""Private mode on the device (section 19.5): the query about a day set, and the batches that it is compared with."""

from dataclasses import dataclass

from . import batch, index, psi, tag
from .checking import Checker, Known, Match
from .refused import require

CATEGORIES = ("low", "medium", "high")


@dataclass
class DaySet:
    """The batches that one UTC day sealed of one scheme, and the query about them."""

    checker: Checker
    day: int
    scheme: int
    now: int
    waiting: psi.Waiting | None = None

    def headers(self) -> list[batch.Header]:
        """Those of the day's final indexes, of all regions that the client checks."""
        checker, found = self.checker, []
        for region in checker.current.ancestors(checker.region):
            data = checker.client.index(region, self.day)
            verified = index.verify(checker.pin.signing_key, region, self.day, self.now, data)
            found += [header for header in verified.headers if header.scheme == self.scheme]
        return found

    def ask(self, elements: dict[str, list[bytes]]) -> dict[str, list[Match]]:
        """Asks once, and says what matched in each category; which encounter it was is not known."""
        headers = self.headers()
        keys = {header.blinding_key for header in headers}
        require(len(keys) == 1, "blinding-key")
        sets = [sorted(set(elements.get(category, []))) for category in CATEGORIES]
        self.waiting = self.waiting or psi.ask(self.day, self.scheme, sets)
        response = self.checker.client.query(self.waiting.query)
        taken = psi.take_out(self.waiting, keys.pop(), response)
        known = [
            Known(tag.second(z), tag.exponent(z), None, category)
            for category, zs in zip(CATEGORIES, taken, strict=True)
            for z in zs
        ]
        found = [match for header in headers for match in self.checker.compare(header, known)]
        return {category: first_degree(found, category) for category in CATEGORIES}


def first_degree(found: list[Match], category: str) -> list[Match]:
    """The matches of a category; a tag in batches of both degrees counts in the first."""
    by_tag = {}
    for match in sorted(found, key=lambda match: match.header.degree):
        if match.known.about == category:
            by_tag.setdefault(match.known.tag, match)
    return list(by_tag.values())
