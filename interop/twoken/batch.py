"""Sealing and batches (sections 16, 17.1 and 17.2) of both modes."""

from dataclasses import dataclass

from . import codec, filter, group, labels, tag
from .primitives import ed25519_sign, sha256, signed_part
from .refused import Refused, require
from .upload import OPEN, PRIVATE, REGION_ID, uniform_element

ENTRIES = 256
MOST_PAGES = 65_535


def page_size(mode: int) -> int:
    return ENTRIES * (tag.LENGTH if mode == OPEN else tag.TAG)


@dataclass(frozen=True)
class Header:
    """What a batch is, with the digests of its pages and of its filter."""

    id: bytes
    region: str
    scheme: int
    mode: int
    degree: int
    sealed_at: int
    entries: int
    config_digest: bytes
    blinding_key: bytes | None
    filter_digest: bytes
    pages: list[bytes]

    def encode(self) -> bytes:
        fields = [1, self.id, self.region, self.scheme, self.mode, self.degree, self.sealed_at, self.entries]
        value = dict(enumerate([*fields, self.config_digest]))
        if self.blinding_key is not None:
            value[9] = self.blinding_key
        return codec.to_cbor({**value, 10: self.filter_digest, 11: self.pages})

    def sign(self, seed: bytes) -> bytes:
        header = self.encode()
        return ed25519_sign(seed, labels.HEADER + header) + header


def check_fields(value: dict) -> None:
    """The shapes of a header's members (section 21)."""
    require(codec.is_bytes(value[1], 16), "cbor")
    require(type(value[2]) is str and REGION_ID.fullmatch(value[2]) is not None, "cbor")
    require(all(codec.is_uint(value[key], 8) and value[key] in (1, 2) for key in (3, 4, 5)), "cbor")
    require(codec.is_uint(value[6], 64) and codec.is_uint(value[7], 32), "cbor")
    require(codec.is_bytes(value[8], 32) and codec.is_bytes(value[10], 32), "cbor")
    require(type(value[11]) is list and all(codec.is_bytes(page, 32) for page in value[11]), "cbor")
    if 9 in value:
        require(codec.is_bytes(value[9], 32), "cbor")
        try:
            group.element(value[9])
        except Refused as error:
            raise Refused("cbor") from error


def verify_header(signing_key: bytes, data: bytes) -> Header:
    """A signed header: the signature first, then the encoding, then what has to agree."""
    value = codec.versioned_map(signed_part(signing_key, labels.HEADER, data))
    codec.members(value, {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11}, {9})
    check_fields(value)
    pages = value[11]
    require(1 <= len(pages) <= MOST_PAGES and value[7] == ENTRIES * len(pages), "header")
    require((9 in value) == (value[4] == PRIVATE), "header")
    fields = [value[key] for key in range(1, 9)]
    return Header(*fields, value.get(9), value[10], pages)


def page_of(entries: list[bytes], mode: int) -> bytes:
    tags = b"".join(entry[: tag.TAG] for entry in entries)
    return tags if mode == PRIVATE else tags + b"".join(entry[tag.TAG :] for entry in entries)


def entries_of(page: bytes, mode: int) -> list[bytes]:
    """The entries of a page, each tag and sealed status together; in private mode the second tags."""
    tags = codec.chunks(page[: ENTRIES * tag.TAG], tag.TAG)
    if mode == PRIVATE:
        return tags
    sealed = codec.chunks(page[ENTRIES * tag.TAG :], tag.SEALED)
    return [a + b for a, b in zip(tags, sealed, strict=True)]


def verify_page(header: Header, number: int, page: bytes) -> list[bytes]:
    require(len(page) == page_size(header.mode), "size")
    require(sha256(page) == header.pages[number], "page-digest")
    entries = entries_of(page, header.mode)
    require(codec.ascending(entries), "order")
    return entries


def verify_entries(header: Header, data: bytes) -> list[bytes]:
    """A whole entries file."""
    size = page_size(header.mode)
    require(len(data) == size * len(header.pages), "size")
    pages = [data[at : at + size] for at in range(0, len(data), size)]
    entries = []
    for number, page in enumerate(pages):
        require(sha256(page) == header.pages[number], "page-digest")
        entries += entries_of(page, header.mode)
    require(codec.ascending(entries), "order")
    return entries


@dataclass(frozen=True)
class Sealed:
    """A batch with its three files."""

    header: Header
    signed_header: bytes
    entries_file: bytes
    filter_file: bytes


@dataclass(frozen=True)
class Batch:
    """What is fixed before a pool is sealed."""

    region: str
    scheme: int
    mode: int
    degree: int
    sealed_at: int
    config_digest: bytes
    blinding_key: bytes | None = None


def second_tag(b: bytes, point: bytes) -> tuple[bytes, bytes]:
    """z and the second tag of an element, under the batch day key (section 16, private mode)."""
    z = group.multiply(b, point)
    return z, tag.second(z)


def seal(batch: Batch, lines: list[bytes], seed: bytes, draw, min_pages: int = 1) -> Sealed:
    """Seals lines: entries, or in private mode second tags. `draw` gives random bytes."""
    entries = list(dict.fromkeys(lines))
    pages = max(min_pages, -(-len(entries) // ENTRIES))
    make = tag.dummy if batch.mode == OPEN else uniform_element
    entries = sorted(entries + [make(draw) for _ in range(pages * ENTRIES - len(entries))])
    parts = [page_of(entries[at : at + ENTRIES], batch.mode) for at in range(0, len(entries), ENTRIES)]
    filter_file = filter.encode([entry[: tag.TAG] for entry in entries])
    header = Header(
        id=draw(16),
        region=batch.region,
        scheme=batch.scheme,
        mode=batch.mode,
        degree=batch.degree,
        sealed_at=batch.sealed_at,
        entries=len(entries),
        config_digest=batch.config_digest,
        blinding_key=batch.blinding_key,
        filter_digest=sha256(filter_file),
        pages=[sha256(part) for part in parts],
    )
    return Sealed(header, header.sign(seed), b"".join(parts), filter_file)
