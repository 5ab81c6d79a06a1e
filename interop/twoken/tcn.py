"""Temporary Contact Numbers (sections 8.6 to 8.8): the tree of a day, covers, emissions, hearing one-way."""

from dataclasses import dataclass

from . import codec, group, labels, status, tag, times
from .primitives import equal, hkdf_expand, hkdf_extract, hmac, sha256
from .refused import Refused, require
from .times import INTERVALS_A_DAY

DEPTH = 8
NODE = 20
MOST_NODES = 1008
MOST_DAYS = 14
SCREEN = -128
BEFORE = 120
AFTER = 129


@dataclass(frozen=True)
class Node:
    """A node of a day's tree and its key of 16 bytes."""

    day: int
    depth: int
    index: int
    key: bytes

    def place(self) -> bytes:
        return codec.u16(self.day) + codec.u8(self.depth) + codec.u8(self.index)

    def encode(self) -> bytes:
        return self.place() + self.key

    @property
    def first_leaf(self) -> int:
        return self.index << (DEPTH - self.depth)

    @property
    def past_leaf(self) -> int:
        return (self.index + 1) << (DEPTH - self.depth)

    def children(self) -> tuple["Node", "Node"]:
        keys = sha256(labels.TCN_NODE + self.place() + self.key)
        left = Node(self.day, self.depth + 1, 2 * self.index, keys[:16])
        return left, Node(self.day, self.depth + 1, 2 * self.index + 1, keys[16:])

    def leaves(self) -> list["Node"]:
        if self.depth == DEPTH:
            return [self]
        left, right = self.children()
        return left.leaves() + right.leaves()


@dataclass(frozen=True)
class Leaf:
    """An interval's TCN and metadata key."""

    interval: int
    tcn: bytes
    metadata_key: bytes


def leaf_of(node: Node) -> Leaf:
    both = sha256(labels.TCN_LEAF + node.place() + node.key)
    return Leaf(INTERVALS_A_DAY * node.day + node.index, both[:16], both[16:])


def root_of(day_key: bytes, day: int) -> Node:
    key = hkdf_expand(hkdf_extract(labels.TCN_ROOT, day_key), codec.u16(day), 16)
    return Node(day, 0, 0, key)


def interval_leaf(day_key: bytes, interval: int) -> Leaf:
    """The leaf of one interval, from the key of its day."""
    day, leaf = divmod(interval, INTERVALS_A_DAY)
    node = root_of(day_key, day)
    for depth in range(DEPTH - 1, -1, -1):
        node = node.children()[leaf >> depth & 1]
    return leaf_of(node)


def cover_of(day_keys: dict[int, bytes], intervals: set[int]) -> list[Node]:
    """The one cover of these intervals."""
    cover = []

    def descend(node: Node, chosen: set[int]) -> None:
        leaves = set(range(node.first_leaf, min(node.past_leaf, INTERVALS_A_DAY)))
        if not leaves & chosen:
            return
        whole = leaves <= chosen and node.past_leaf <= INTERVALS_A_DAY
        if whole and node.depth > 0:
            cover.append(node)
            return
        for child in node.children():
            descend(child, chosen)

    for day in sorted({interval // INTERVALS_A_DAY for interval in intervals}):
        chosen = {interval % INTERVALS_A_DAY for interval in intervals if interval // INTERVALS_A_DAY == day}
        descend(root_of(day_keys[day], day), chosen)
    return cover


def decode_node(data: bytes) -> Node:
    node = Node(codec.number(data[:2]), data[2], data[3], data[4:])
    require(1 <= node.depth <= DEPTH and node.index < 1 << node.depth, "position")
    require(node.past_leaf <= INTERVALS_A_DAY, "position")
    return node


def decode_cover(data: bytes) -> list[Node]:
    """A cover from a stranger (section 8.6): each set of intervals has exactly one."""
    nodes = [decode_node(node) for node in codec.chunks(data, NODE)]
    require(len(nodes) <= MOST_NODES, "too-many-nodes")
    for before, after in zip(nodes, nodes[1:]):
        require((before.day, before.past_leaf) <= (after.day, after.first_leaf), "order")
        halves = before.day == after.day and before.depth == after.depth and before.index ^ 1 == after.index
        require(not halves, "siblings")
    require(len({node.day for node in nodes}) <= MOST_DAYS, "too-many-days")
    return nodes


def check_cover_time(nodes: list[Node], now: int) -> None:
    """No interval begins more than 60 s from now, and none lies more than 14 days before today (section 14, step 8)."""
    for node in nodes:
        last = INTERVALS_A_DAY * node.day + node.past_leaf - 1
        require(times.INTERVAL * last <= now + times.GRACE, "future")
        require(node.day >= times.day_of(now) - times.RETENTION_DAYS, "past")


def expand(nodes: list[Node]) -> list[Leaf]:
    """The intervals of a cover, ascending."""
    return [leaf_of(leaf) for node in nodes for leaf in node.leaves()]


def stream(metadata_key: bytes, siv: bytes, data: bytes) -> bytes:
    pad = hmac(metadata_key, labels.TCN_STREAM + siv)[:4]
    return bytes(a ^ b for a, b in zip(data, pad))


def seal_metadata(metadata_key: bytes, second: int, tx_power: int) -> bytes:
    """siv ‖ ciphertext, 8 bytes (section 8.7)."""
    metadata = codec.u16(second) + codec.i8(tx_power) + codec.u8(0)
    siv = hmac(metadata_key, labels.TCN_SIV + metadata)[:4]
    return siv + stream(metadata_key, siv, metadata)


def emission_of(leaf: Leaf, second: int, tx_power: int = SCREEN) -> bytes:
    return leaf.tcn + seal_metadata(leaf.metadata_key, second, tx_power)


def open_metadata(metadata_key: bytes, sealed: bytes) -> tuple[int, int]:
    """Second and TX power; what does not open, or says no second of an interval, makes a hearing doubtful."""
    siv, ciphertext = sealed[:4], sealed[4:]
    metadata = stream(metadata_key, siv, ciphertext)
    require(equal(hmac(metadata_key, labels.TCN_SIV + metadata)[:4], siv), "sealed")
    second = codec.number(metadata[:2])
    require(second < times.INTERVAL and metadata[3] == 0, "field")
    return second, codec.signed(metadata[2:3])


def heard_as_sent(metadata_key: bytes, sealed: bytes, interval: int, heard_at: int) -> bool:
    """Whether an emission was heard as it was sent, at most twice the grace off (section 19)."""
    try:
        second, _ = open_metadata(metadata_key, sealed)
    except Refused:
        return False
    said = times.INTERVAL * interval + second
    return said - BEFORE <= heard_at <= said + AFTER


def secret_of(tcn: bytes, interval: int) -> bytes:
    return sha256(labels.TCN_SECRET + tcn + codec.u32(interval))


@dataclass(frozen=True)
class Sighting:
    """What is kept of an emission that was heard (section 8.8), with its metadata and when it was heard."""

    interval: int
    claim: bytes
    tag: bytes
    element: bytes
    status_key: bytes
    metadata: bytes
    heard_at: int


def sight(emission: bytes, interval: int, heard_at: int) -> Sighting:
    secret = secret_of(emission[:16], interval)
    claim = tag.exponent(secret)
    key = status.key_of(secret)
    return Sighting(interval, claim, group.base(claim), tag.element(secret), key, emission[16:], heard_at)


def entries_of(nodes: list[Node], test_day: int, onset: int | None, degree: int) -> list[bytes]:
    """What a server, or staff, makes of a cover (section 14.1)."""
    entries = []
    for leaf in expand(nodes):
        secret = secret_of(leaf.tcn, leaf.interval)
        told = status.Status(test_day, onset, metadata_key=leaf.metadata_key)
        entries.append(status.entry_of(status.key_of(secret), told, 2, degree, tag.second(secret)))
    return entries
