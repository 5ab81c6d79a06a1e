"""Studies (section 19.4): the signed list, reports and withdrawals."""

import unicodedata
from dataclasses import dataclass

from . import codec, labels
from .primitives import ed25519_sign, sha256, signed_part
from .refused import require
from .upload import OPEN

LARGEST = 160 * 1024
MOST = 16
FRESH = 7200
REPORT = 64
TITLE, INSTITUTION, ASKED, CONTACT = 200, 200, 4000, 300
SHAPELESS = {0x00AD, 0xFEFF, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070)}


@dataclass(frozen=True)
class Study:
    """What a study says; `title` and `asked` in English and German."""

    mode: int
    title: tuple[str, str]
    institution: str
    asked: tuple[str, str]
    contact: str
    last_day: int

    def encode(self) -> bytes:
        title, asked = dict(enumerate(self.title)), dict(enumerate(self.asked))
        fields = [1, self.mode, title, self.institution, asked, self.contact, self.last_day]
        return codec.to_cbor(dict(enumerate(fields)))


def id_of(study: bytes) -> bytes:
    return sha256(labels.STUDY + study)


def check_text(text, longest: int, lines: bool = False) -> str:
    """A text that is one: not empty, in its bounds, without white space at its ends or characters that deceive."""
    require(type(text) is str, "cbor")
    require(0 < len(text.encode()) <= longest, "text")
    require(text[0] not in codec.WHITE_SPACE and text[-1] not in codec.WHITE_SPACE, "text")
    for character in text:
        allowed = lines and character == "\n"
        require(allowed or unicodedata.category(character) != "Cc", "text")
        require(ord(character) not in SHAPELESS, "text")
    return text


def check_texts(value, longest: int, lines: bool = False) -> tuple[str, str]:
    require(type(value) is dict and value.keys() == {0, 1} and all(type(key) is int for key in value), "cbor")
    return check_text(value[0], longest, lines), check_text(value[1], longest, lines)


def decode(data: bytes) -> Study:
    value = codec.versioned_map(data)
    codec.members(value, set(range(7)))
    require(codec.is_uint(value[1], 8) and value[1] in (1, 2) and codec.is_uint(value[6], 16), "cbor")
    return Study(
        mode=value[1],
        title=check_texts(value[2], TITLE),
        institution=check_text(value[3], INSTITUTION),
        asked=check_texts(value[4], ASKED, lines=True),
        contact=check_text(value[5], CONTACT),
        last_day=value[6],
    )


def sign(seed: bytes, studies: list[bytes], signed_at: int) -> bytes:
    body = codec.to_cbor({0: 1, 1: studies, 2: signed_at})
    return ed25519_sign(seed, labels.STUDIES + body) + body


def verify(signing_key: bytes, now: int, data: bytes) -> list[tuple[bytes, Study]]:
    """The studies of a signed list, each with its id."""
    require(len(data) <= LARGEST, "length")
    value = codec.versioned_map(signed_part(signing_key, labels.STUDIES, data))
    codec.members(value, {0, 1, 2})
    require(type(value[1]) is list and all(codec.is_bytes(study) for study in value[1]), "cbor")
    require(codec.is_uint(value[2], 64), "cbor")
    require(len(value[1]) <= MOST, "too-many")
    studies = [(id_of(study), decode(study)) for study in value[1]]
    require(codec.ascending([study_id for study_id, _ in studies]), "order")
    require(value[2] >= now - FRESH, "stale")
    require(value[2] <= now + FRESH, "future")
    return studies


def withdrawal_hash(key: bytes) -> bytes:
    return sha256(labels.STUDY_WITHDRAWAL + key)


def withdrawal(key: bytes) -> dict:
    """The body that takes a report back."""
    return {"key": codec.base64url(key)}


@dataclass(frozen=True)
class Report:
    """What is told of one contact: day, duration, closeness, scheme; in private mode batch day, category, scheme."""

    withdrawal: bytes
    mode: int
    fields: list[int]

    def encode(self) -> bytes:
        return codec.to_cbor({0: 1, 1: self.withdrawal, 2 if self.mode == OPEN else 3: self.fields})


def decode_report(data: bytes) -> Report:
    require(len(data) <= REPORT, "length")
    value = codec.versioned_map(data)
    codec.members(value, {0, 1}, {2, 3})
    require(codec.is_bytes(value[1], 32), "cbor")
    require((2 in value) != (3 in value), "contact")
    key = 2 if 2 in value else 3
    classes = [(1, 5), (1, 3), (1, 2)] if key == 2 else [(1, 3), (1, 2)]
    fields = value[key]
    require(type(fields) is list and len(fields) == 1 + len(classes), "cbor")
    require(codec.is_uint(fields[0], 16), "cbor")
    for told, (least, most) in zip(fields[1:], classes):
        require(codec.is_uint(told, 8) and least <= told <= most, "cbor")
    return Report(value[1], key - 1, fields)
