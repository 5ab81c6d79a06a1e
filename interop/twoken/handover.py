"""Key codes (section 14.2, and 14.3 for private mode): a report that staff read from a screen."""

import base64
import re
import string
from dataclasses import dataclass, field

from . import codec, group, labels, status, tcn
from .primitives import sha256
from .refused import Refused, require
from .upload import ELEMENT, OPEN

PREFIX = "TWOKEN-KEYS-"
VERSION = 1
FRAME = 800
PART = 789
MOST = 2048
ENCOUNTER = 64
ANYWHERE = re.compile(r"T([WZ])OKEN[^A-Z0-9]KE([YZ])S[^A-Z0-9]")
SWAP = str.maketrans("YZ", "ZY")
UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


@dataclass(frozen=True)
class Handover:
    """What a patient hands over: a cover, and of encounters tag and status key, or in private mode elements."""

    nodes: list[tcn.Node]
    encounters: list[tuple[bytes, bytes]] = field(default_factory=list)
    elements: list[bytes] = field(default_factory=list)

    def encode(self, mode: int = OPEN) -> bytes:
        nodes = b"".join(node.encode() for node in self.nodes)
        if mode == OPEN:
            return codec.to_cbor({0: 1, 1: nodes, 2: b"".join(tag + key for tag, key in self.encounters)})
        return codec.to_cbor({0: 1, 1: nodes, 3: b"".join(self.elements)})

    def entries(self, told: status.Status, degree: int) -> list[bytes]:
        """What a reader makes of the encounters."""
        return [status.entry_of(key, told, 1, degree, tag) for tag, key in self.encounters]


def transfer_of(body: bytes) -> bytes:
    return sha256(labels.HANDOVER + body)[:8]


def codes_of(body: bytes) -> list[str]:
    parts = [body[at : at + PART] for at in range(0, len(body), PART)]
    start = codec.u8(VERSION) + transfer_of(body)
    frames = [start + codec.u8(i) + codec.u8(len(parts)) + part for i, part in enumerate(parts)]
    return [PREFIX + base64.b32encode(frame).decode("ascii").rstrip("=") for frame in frames]


def read_frame(text: str) -> bytes:
    """The bytes of one code: white space, case, a scanner's prefix and a German layout are undone."""
    text = text.strip(codec.WHITE_SPACE).translate(UPPER)
    found = ANYWHERE.search(text)
    require(found is not None, "not-keys")
    require(found.group(1) == "W", "layout")
    symbols = text[found.end() :]
    if found.group(2) == "Z":
        symbols = symbols.translate(SWAP)
    require(re.fullmatch(r"[A-Z2-7]*", symbols) is not None, "damaged")
    try:
        frame = base64.b32decode(symbols + "=" * (-len(symbols) % 8))
    except ValueError as error:
        raise Refused("damaged") from error
    require(base64.b32encode(frame).decode("ascii").rstrip("=") == symbols, "damaged")
    return frame


@dataclass
class Reader:
    """Puts the parts of one transfer together, in any order; a code of another transfer begins anew."""

    transfer: bytes = b""
    count: int = 0
    parts: dict[int, bytes] = field(default_factory=dict)

    def read(self, text: str) -> bytes | None:
        """The whole body once every part was read."""
        frame = read_frame(text)
        require(len(frame) >= 1, "damaged")
        require(frame[0] == VERSION, "version")
        require(12 <= len(frame) <= FRAME, "damaged")
        transfer, index, count = frame[1:9], frame[9], frame[10]
        require(index < count, "damaged")
        if (transfer, count) != (self.transfer, self.count):
            self.transfer, self.count, self.parts = transfer, count, {}
        self.parts[index] = frame[11:]
        if len(self.parts) < self.count:
            return None
        body = b"".join(self.parts[i] for i in range(self.count))
        require(transfer_of(body) == self.transfer, "damaged")
        return body


def decode(body: bytes, mode: int = OPEN) -> Handover:
    """A body of the server's mode; whatever has no form of it is damaged."""
    try:
        value = codec.versioned_map(body)
        key, length = (2, ENCOUNTER) if mode == OPEN else (3, ELEMENT)
        codec.members(value, {0, 1, key})
        require(codec.is_bytes(value[1]) and codec.is_bytes(value[key]), "cbor")
        nodes, lines = codec.chunks(value[1], tcn.NODE), codec.chunks(value[key], length)
    except Refused as error:
        raise Refused(error.reason if error.reason == "version" else "damaged") from error
    require(nodes != [] or lines != [], "nothing")
    cover = tcn.decode_cover(b"".join(nodes))
    require(len(lines) <= MOST, "number")
    for line in lines:
        group.element(line[:ELEMENT])
    require(codec.ascending([line[:ELEMENT] for line in lines]), "order")
    if mode == OPEN:
        return Handover(cover, encounters=[(line[:ELEMENT], line[ELEMENT:]) for line in lines])
    return Handover(cover, elements=lines)
