"""Uploads of both modes (sections 14 and 14.3)."""

import re
import secrets
from dataclasses import dataclass, field

from . import codec, group, status, tag, tcn, times
from .refused import Refused, require

OPEN, PRIVATE = 1, 2
SIZES = (64, 256, 1024, 2048)
COVER_SIZES = (64, 256, 1008)
REGION = 16
ELEMENT = 32
REGION_ID = re.compile(r"[a-z0-9-]{1,16}")


@dataclass(frozen=True)
class Upload:
    """A report: lines are entries in open mode and elements in private mode."""

    region: str
    degree: int
    lines: list[bytes]
    nodes: list[tcn.Node] = field(default_factory=list)
    test_day: int | None = None
    onset: int | None = None
    one_way: list[bytes] | None = None
    mode: int = OPEN

    def encode(self) -> bytes:
        """The body; lines and one-way lines must already be filled up and sorted."""
        lines_key, cover_key, one_way_key = (3, 4, 5) if self.mode == OPEN else (6, 7, 8)
        body = {0: 1, 1: encode_region(self.region), 2: self.degree, lines_key: b"".join(self.lines)}
        if self.nodes:
            nodes = fill_nodes(self.nodes)
            told = codec.u16(self.test_day or 0) + status.encode_onset(self.onset)
            body[cover_key] = {0: told, 1: nodes} if self.mode == OPEN else nodes
        if self.one_way is not None:
            body[one_way_key] = b"".join(self.one_way)
        return codec.to_cbor(body)


def encode_region(region: str) -> bytes:
    require(REGION_ID.fullmatch(region) is not None, "region")
    return region.encode("ascii").ljust(REGION, b"\0")


def decode_region(data: bytes) -> str:
    try:
        region = data.rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError as error:
        raise Refused("region") from error
    require(REGION_ID.fullmatch(region) is not None, "region")
    return region


def uniform_element(draw=secrets.token_bytes) -> bytes:
    """A dummy of private mode."""
    return group.from_uniform(draw(64))


def fill(lines: list[bytes], mode: int = OPEN, draw=secrets.token_bytes) -> list[bytes]:
    """Fills up to the smallest class with dummies and sorts; too many are refused, never cut off."""
    size = next((size for size in SIZES if size >= len(lines)), None)
    require(size is not None, "number")
    make = tag.dummy if mode == OPEN else uniform_element
    return sorted(lines + [make(draw) for _ in range(size - len(lines))])


def fill_nodes(nodes: list[tcn.Node]) -> bytes:
    size = next((size for size in COVER_SIZES if size >= len(nodes)), None)
    require(size is not None, "number")
    return b"".join(node.encode() for node in nodes).ljust(size * tcn.NODE, b"\0")


def decode_lines(data, length: int) -> list[bytes]:
    """Entries or elements from a stranger: of a size class, strictly ascending, every tag an element."""
    require(codec.is_bytes(data), "cbor")
    require(len(data) % length == 0 and len(data) // length in SIZES, "size-class")
    lines = codec.chunks(data, length)
    for line in lines:
        group.element(line[: tag.TAG])
    require(codec.ascending(lines), "order")
    return lines


def decode_nodes(data) -> list[tcn.Node]:
    """A cover filled up with zeros, of a class, with at least one node."""
    require(codec.is_bytes(data), "cbor")
    require(len(data) % tcn.NODE == 0 and len(data) // tcn.NODE in COVER_SIZES, "cover-class")
    nodes = codec.chunks(data, tcn.NODE)
    while nodes and nodes[-1] == bytes(tcn.NODE):
        nodes.pop()
    require(nodes != [], "empty")
    return tcn.decode_cover(b"".join(nodes))


def decode(body: bytes, mode: int = OPEN) -> Upload:
    """An upload from a stranger, for a server of this mode."""
    value = codec.versioned_map(body)
    lines_key, cover_key, one_way_key, other = (3, 4, 5, 6) if mode == OPEN else (6, 7, 8, 3)
    require(other not in value, "mode")
    codec.members(value, {0, 1, 2, lines_key}, {cover_key, one_way_key})
    require(codec.is_bytes(value[1], REGION) and value[2] in (1, 2), "cbor")
    require(type(value[2]) is int, "cbor")
    region = decode_region(value[1])
    length = tag.LENGTH if mode == OPEN else ELEMENT
    lines = decode_lines(value[lines_key], length)
    require(not (cover_key in value and one_way_key in value), "both-tcn")
    nodes, test_day, onset, one_way = [], None, None, None
    if cover_key in value:
        cover = value[cover_key]
        if mode == OPEN:
            require(type(cover) is dict and cover.keys() == {0, 1}, "cbor")
            require(all(type(key) is int for key in cover), "cbor")
            require(codec.is_bytes(cover[0], 3), "cbor")
            test_day, onset = codec.number(cover[0][:2]), status.decode_onset(cover[0][2:])
            cover = cover[1]
        nodes = decode_nodes(cover)
    if one_way_key in value:
        one_way = decode_lines(value[one_way_key], length)
    return Upload(region, value[2], lines, nodes, test_day, onset, one_way, mode)


def check_cover(upload: Upload, now: int) -> None:
    """Step 8 of section 14: keys of the past fortnight, of a test that has been."""
    tcn.check_cover_time(upload.nodes, now)
    require(upload.test_day is None or upload.test_day <= times.day_of(now) + 1, "cover")


def cover_elements(nodes: list[tcn.Node]) -> list[bytes]:
    """What a server of private mode makes of a cover."""
    return [tag.element(tcn.secret_of(leaf.tcn, leaf.interval)) for leaf in tcn.expand(nodes)]
