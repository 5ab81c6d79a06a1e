"""Queries of private mode (section 19.5), and how a waiting one is stored (section 22)."""

import secrets
from dataclasses import dataclass

from . import codec, group, labels
from .refused import require

SIZES = (64, 256, 1024, 4096)
SETS = 3
LEAST_DUMMIES = 16
POINT = 32


def real_at_most(size: int) -> int:
    """At least a quarter of a set, and at least 16, are dummies."""
    return size - max(LEAST_DUMMIES, size // 4)


def size_for(sets: list[list[bytes]]) -> int:
    largest = max(map(len, sets))
    size = next((size for size in SIZES if largest <= real_at_most(size)), None)
    require(size is not None, "number")
    return size


def encode_sets(sets: list[list[bytes]]) -> list[bytes]:
    return [b"".join(points) for points in sets]


def decode_sets(value) -> list[list[bytes]]:
    require(type(value) is list and len(value) == SETS and all(codec.is_bytes(one) for one in value), "cbor")
    for one in value:
        require(len(one) % POINT == 0 and len(one) // POINT in SIZES, "set-size")
    require(len({len(one) for one in value}) == 1, "unequal")
    return [codec.chunks(one, POINT) for one in value]


def check_point(point: bytes) -> bytes:
    return group.element(point)


@dataclass(frozen=True)
class Query:
    """What is asked about a day set."""

    day: int
    scheme: int
    sets: list[list[bytes]]

    def encode(self) -> bytes:
        return codec.to_cbor({0: 1, 1: self.day, 2: self.scheme, 3: encode_sets(self.sets)})


def decode_query(data: bytes) -> Query:
    """A query from a stranger."""
    value = codec.versioned_map(data)
    codec.members(value, {0, 1, 2, 3})
    require(codec.is_uint(value[1], 16) and codec.is_uint(value[2], 8) and value[2] in (1, 2), "cbor")
    sets = decode_sets(value[3])
    for points in sets:
        require(codec.ascending(points), "order")
    for points in sets:
        for point in points:
            check_point(point)
    return Query(value[1], value[2], sets)


def encode_response(sets: list[list[bytes]]) -> bytes:
    return codec.to_cbor({0: 1, 3: encode_sets(sets)})


def decode_response(data: bytes) -> list[list[bytes]]:
    value = codec.versioned_map(data)
    codec.members(value, {0, 3})
    return decode_sets(value[3])


def shuffle(points: list[bytes], below) -> list[bytes]:
    """Every order equally likely; `below` draws a number below another."""
    points = list(points)
    for last in range(len(points) - 1, 0, -1):
        other = below(last + 1)
        points[last], points[other] = points[other], points[last]
    return points


def answer(b: bytes, query: Query, below=secrets.randbelow) -> bytes:
    """The server's part: multiplies every point and shuffles each set for itself."""
    sets = [[group.multiply(b, point) for point in points] for points in query.sets]
    return encode_response([shuffle(points, below) for points in sets])


def dummy_scalar(seed: bytes, i: int) -> bytes:
    return group.hash_to_scalar(seed + codec.u32(i), labels.PSI_DUMMY)


@dataclass(frozen=True)
class Waiting:
    """A query that is sent until it is answered, with what takes the answer out."""

    c: bytes
    seed: bytes
    dummies: list[int]
    query: bytes

    def encode(self) -> bytes:
        """As it is stored (section 22): a version byte and an array."""
        return codec.u8(1) + codec.to_cbor([self.c, self.seed, self.dummies, self.query])

    def dummy_scalars(self) -> list[list[bytes]]:
        """The d of each set's dummies, counted through all sets."""
        start, scalars = 0, []
        for number in self.dummies:
            scalars.append([dummy_scalar(self.seed, i) for i in range(start, start + number)])
            start += number
        return scalars


def decode_waiting(data: bytes) -> Waiting:
    require(len(data) >= 1 and data[0] == 1, "version")
    value = codec.from_cbor(data[1:])
    require(type(value) is list and len(value) == 4, "cbor")
    return Waiting(*value)


def ask(day: int, scheme: int, sets: list[list[bytes]], draw=secrets.token_bytes) -> Waiting:
    """Makes the one query about a day set; the sets are of receiving elements, each element in one of them."""
    size = size_for(sets)
    c, seed = group.random_scalar(draw), draw(32)
    waiting = Waiting(c, seed, [size - len(one) for one in sets], b"")
    points = []
    for elements, scalars in zip(sets, waiting.dummy_scalars(), strict=True):
        real = [group.multiply(c, element) for element in elements]
        dummies = [group.base(group.multiply_scalars(c, d)) for d in scalars]
        points.append(sorted(real + dummies))
    return Waiting(c, seed, waiting.dummies, Query(day, scheme, points).encode())


def take_out(waiting: Waiting, blinding_key: bytes, response: bytes) -> list[list[bytes]]:
    """z of each category's real points; if anything is not so, nothing is counted."""
    sets = decode_response(response)
    asked = decode_query(waiting.query)
    require(len(sets[0]) == len(asked.sets[0]), "number")
    every = [point for points in sets for point in points]
    require(len(set(every)) == len(every), "repeated")
    rest = []
    for points, scalars in zip(sets, waiting.dummy_scalars(), strict=True):
        expected = {group.multiply(group.multiply_scalars(waiting.c, d), blinding_key) for d in scalars}
        require(expected <= set(points), "probe")
        rest.append([point for point in points if point not in expected])
    inverse = group.invert(waiting.c)
    return [[group.multiply(inverse, check_point(point)) for point in points] for points in rest]
