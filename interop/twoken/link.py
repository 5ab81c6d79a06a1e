"""Links and reading a text (sections 7.2 and 7.3)."""

import re
from dataclasses import dataclass

from . import beacon, codec, tan
from .refused import Refused, require

LONGEST = 2048
LONGEST_ORIGIN = 255
BARE_PAYLOAD = 64
AUTHORITY = r"[A-Za-z0-9.\-:\[\]]+"
LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1)(:.*)?")


@dataclass(frozen=True)
class Scanned:
    """What a text says: its kind, `m`, `t` or `s`; its content, decoded; and the origin of a whole link."""

    kind: str
    content: object
    origin: str | None


def fragment_of(payload: bytes) -> str:
    return "m=" + codec.base64url(payload)


def link_of(app: str, fragment: str) -> str:
    """`app` is the app's origin and a slash."""
    return f"{app}#{fragment}"


def origin_of(text: str) -> str | None:
    """The origin with which a text begins, up to its first `/` or `?`."""
    found = re.match(rf"(https?://{AUTHORITY})(?:[/?].*)?\Z", text, re.IGNORECASE | re.DOTALL)
    return found.group(1).lower() if found else None


def read_server(value: str) -> str:
    """A server's origin with nothing after it: https, or http on this machine."""
    require(len(value.encode()) <= LONGEST_ORIGIN, "server")
    require(re.fullmatch(rf"https?://{AUTHORITY}", value, re.IGNORECASE) is not None, "server")
    origin = value.lower()
    require(origin.startswith("https://") or LOCAL.fullmatch(origin) is not None, "server")
    return origin


def read_payload(value: str):
    try:
        payload = codec.from_base64url(value)
    except Refused as error:
        raise Refused("encoding") from error
    return beacon.decode_payload(payload)


def read(text: str) -> Scanned:
    """Reads a text that was scanned, pasted, typed or found behind the app's own address."""
    require(len(text.encode()) <= LONGEST, "oversized")
    text = text.strip(codec.WHITE_SPACE)
    before, hash_sign, fragment = text.partition("#")
    origin = None
    if hash_sign and before:
        origin = origin_of(before)
        require(origin is not None, "not-twoken")
    if not hash_sign:
        fragment = text
        if re.fullmatch(rf"[A-Za-z0-9_-]{{{BARE_PAYLOAD},}}", fragment):
            fragment = "m=" + fragment
    kind, equals, value = fragment.partition("=")
    require(equals == "=" and kind in ("m", "t", "s"), "not-twoken")
    readers = {"m": read_payload, "t": tan.read, "s": read_server}
    return Scanned(kind, readers[kind](value), origin)
