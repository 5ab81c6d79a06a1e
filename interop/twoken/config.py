"""The configuration (sections 15 and 20.3): JSON, signed byte for byte."""

import json
from dataclasses import dataclass

from . import codec, group, labels
from .primitives import ed25519_sign, ed25519_verify, sha256
from .refused import Refused, require
from .upload import REGION_ID, SIZES

LARGEST = 256 * 1024
MODES = ("open", "private")
PROFILES = ("strict", "demo")
RISK = {
    "high_minutes": 15,
    "medium_minutes": 5,
    "close_attenuation_db": 55,
    "near_attenuation_db": 63,
    "near_percent": 50,
    "second_degree_percent": 50,
}
PROOFS = {"depth": 2, "per_page": 512}
NUMBERS = ("retention_days", "seal_every_seconds", "min_uploads", "max_wait_hours", "check_every_seconds")


@dataclass(frozen=True)
class Pin:
    """The keys that are pinned at first contact."""

    signing_key: bytes
    permit_key: bytes


@dataclass(frozen=True)
class Config:
    """A verified configuration: its members as they came, defaults filled in, and its digest."""

    members: dict
    pin: Pin
    digest: bytes
    previous: list[bytes]

    def ancestors(self, region: str) -> list[str]:
        """A region and all it belongs to, up to the root."""
        parents = {one["id"]: one["parent"] for one in self.members["regions"]}
        require(region in parents, "region")
        path = []
        while region is not None:
            path.append(region)
            region = parents[region]
        return path


class Members(dict):
    """A JSON object that remembers which members stood twice."""

    def __init__(self, pairs: list[tuple[str, object]]):
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.twice = {name for name in names if names.count(name) > 1} if len(self) < len(names) else set()

    def once(self, names: set[str]) -> bool:
        """Whether none of these members stood twice."""
        return not self.twice & set(names)


def is_object(value, names: set[str]) -> bool:
    """An object with these members, each of them once."""
    return isinstance(value, Members) and names <= value.keys() and value.once(names)


def is_number(value) -> bool:
    return codec.is_uint(value, 32)


def is_texts(value) -> bool:
    return type(value) is list and all(type(text) is str for text in value)


def is_region(value) -> bool:
    if not is_object(value, {"id", "name", "parent"}):
        return False
    ids = [value["id"]] + ([value["parent"]] if value["parent"] is not None else [])
    return type(value["name"]) is str and all(type(one) is str and REGION_ID.fullmatch(one) for one in ids)


def is_advice(value) -> bool:
    if value is None:
        return True
    if not is_object(value, {"source", "date", "en", "de"}):
        return False
    told = type(value["source"]) is str and type(value["date"]) is str
    return told and is_texts(value["en"]) and is_texts(value["de"])


def with_defaults(given, defaults: dict) -> dict:
    require(isinstance(given, Members) and given.once(defaults.keys()), "json")
    values = {name: given.get(name, default) for name, default in defaults.items()}
    require(all(is_number(value) for value in values.values()), "json")
    return values


def parse(body: bytes) -> dict:
    """JSON whose version is looked at before its members."""

    def refuse_constant(_name):
        raise ValueError("no number of JSON")

    try:
        value = json.loads(body.decode("utf-8"), parse_constant=refuse_constant, object_pairs_hook=Members)
    except (ValueError, RecursionError) as error:
        raise Refused("json") from error
    require(is_object(value, {"version"}) and is_number(value["version"]), "json")
    require(value["version"] == 1, "version")
    return value


def check_shape(value: dict) -> dict:
    """The members and their types; unknown ones are ignored."""
    needed = {"name", "mode", "profile", "signing_key", "permit_key", "regions", "size_classes"}
    needed |= {*NUMBERS, "seal_anyway_after_hours", "upload_delay_seconds", "advice"}
    require(is_object(value, needed) and value.once({"risk", "proofs", "previous_digests", "decoys_per_week"}), "json")
    require(type(value["name"]) is str, "json")
    require(value["mode"] in MODES and value["profile"] in PROFILES, "json")
    require(type(value["regions"]) is list and all(is_region(region) for region in value["regions"]), "json")
    sizes = value["size_classes"]
    require(is_object(sizes, {"entries"}) and type(sizes["entries"]) is list, "json")
    require(all(is_number(size) for size in sizes["entries"]), "json")
    require(all(is_number(value[name]) for name in NUMBERS), "json")
    anyway = value["seal_anyway_after_hours"]
    require(anyway is None or is_number(anyway), "json")
    delay = value["upload_delay_seconds"]
    require(is_object(delay, {"min", "max"}) and is_number(delay["min"]) and is_number(delay["max"]), "json")
    require(is_advice(value["advice"]), "json")
    require(is_number(value.get("decoys_per_week", 0)), "json")
    risk = with_defaults(value.get("risk", Members([])), RISK)
    return {**value, "risk": risk, "proofs": with_defaults(value.get("proofs", Members([])), PROOFS)}


def read_keys(value: dict) -> Pin:
    signing_key = codec.exactly(codec.from_base64url(value["signing_key"]), 32)
    permit_key = codec.exactly(codec.from_base64url(value["permit_key"]), 32)
    try:
        return Pin(signing_key, group.element(permit_key))
    except Refused as error:
        raise Refused("json") from error


def read_digests(value: dict) -> list[bytes]:
    digests = value.get("previous_digests", [])
    require(type(digests) is list, "json")
    try:
        return [codec.exactly(codec.from_hex(digest), 32) for digest in digests]
    except Refused as error:
        raise Refused("json") from error


def check_regions(regions: list[dict]) -> None:
    """Unique ids; one root; every other leads to it."""
    parents = {region["id"]: region["parent"] for region in regions}
    require(len(parents) == len(regions), "member")
    require(list(parents.values()).count(None) == 1, "member")
    for region in parents:
        steps = 0
        while (region := parents[region]) is not None:
            steps += 1
            require(region in parents and steps < len(parents), "member")


def check_members(value: dict) -> None:
    """The ranges of section 15, whatever signed them."""
    check_regions(value["regions"])
    sizes = value["size_classes"]["entries"]
    require(sizes != [] and all(a < b for a, b in zip(sizes, sizes[1:])) and set(sizes) <= set(SIZES), "member")
    require(1 <= value["retention_days"] <= 14, "member")
    require(value["seal_every_seconds"] >= 1 and value["min_uploads"] >= 1, "member")
    require(1 <= value["check_every_seconds"] <= 86_400, "member")
    delay = value["upload_delay_seconds"]
    require(delay["min"] <= delay["max"] <= 86_400, "member")
    require(value.get("decoys_per_week", 0) <= 10_080, "member")
    risk = value["risk"]
    require(1 <= risk["medium_minutes"] <= risk["high_minutes"] <= 1440, "member")
    require(risk["close_attenuation_db"] <= risk["near_attenuation_db"] <= 255, "member")
    require(risk["near_percent"] <= 100 and risk["second_degree_percent"] <= 100, "member")
    require(1 <= value["proofs"]["depth"] <= 3 and 1 <= value["proofs"]["per_page"] <= 65_535, "member")


def sign(seed: bytes, body: bytes) -> str:
    """The header `twoken-signature`."""
    return codec.base64url(ed25519_sign(seed, labels.CONFIG + body))


def verify(body: bytes, signature: str, pinned: Pin | None) -> Config:
    """A configuration, under the pinned keys or, at first contact, under its own."""
    require(len(body) <= LARGEST, "size")
    value = check_shape(parse(body))
    pin, previous = read_keys(value), read_digests(value)
    require(pinned is None or pin == pinned, "key-changed")
    signed = codec.exactly(codec.from_base64url(signature), 64)
    ed25519_verify(pin.signing_key, signed, labels.CONFIG + body)
    check_members(value)
    return Config(value, pin, sha256(body), previous)
