"""Vectors of sections 7 to 10 and 12: beacons, links, encounters, tags, statuses, TCNs, TANs."""

from twoken import beacon, encounter, gatt, group, link, status, tag, tan, tcn, times
from twoken.refused import Refused

from . import raw, reader, same


@reader("beacon")
def good_beacon(case):
    emission = raw(case, "emission") if case["emission"] else None
    made = beacon.Beacon(case["interval"], raw(case, "x25519_key"), raw(case, "claim_key"), emission)
    same(made.encode(), raw(case, "beacon"))
    payload = made.encode() + raw(case, "acknowledgement")
    same(payload, raw(case, "payload"))
    same(beacon.decode_payload(payload), (made, raw(case, "acknowledgement")))
    same(link.fragment_of(payload), case["fragment"])
    same(link.link_of(case["app"], case["fragment"]), case["link"])
    scanned = link.read(case["link"])
    same((scanned.kind, scanned.content, scanned.origin), ("m", (made, payload[-8:]), case["app"].rstrip("/")))


@reader(*(f"beacon_bad_{why}" for why in ("claim_key", "flags", "oversized", "truncated", "version", "x25519_key")))
def bad_beacon(case):
    beacon.decode_payload(raw(case, "payload"))


@reader("info")
def good_info(case):
    tx_power = gatt.decode_info(raw(case, "info"))
    same(gatt.encode_info(tx_power), raw(case, "info"))
    same(gatt.NOT_KNOWN if tx_power is None else tx_power, case["tx_power"])
    same(gatt.attenuation(tx_power, -70), case["attenuation_at_minus_70_dbm"])
    same(gatt.attenuation(tx_power, 20), case["attenuation_at_20_dbm"])
    for name in ("service", "info_characteristic", "beacon_characteristic", "peer_beacon_characteristic"):
        same(getattr(gatt, name.removesuffix("_characteristic").upper()), case[name])


@reader(*(f"info_bad_{why}" for why in ("oversized", "truncated", "tx_power", "version")))
def bad_info(case):
    gatt.decode_info(raw(case, "info"))


@reader("beacon_bad_time")
def bad_time(case):
    decoded, _ = beacon.decode_payload(raw(case, "payload"))
    times.check_accepted(decoded.interval, case["now"])


@reader("scanned")
def good_text(case):
    scanned = link.read(case["text"])
    kind = {"m": "meet", "t": "tan", "s": "server"}[scanned.kind]
    same((kind, scanned.origin), (case["kind"], case["origin"]))
    if kind == "meet":
        decoded, acknowledgement = scanned.content
        same(decoded.encode() + acknowledgement, raw(case, "content"))
    else:
        same(tan.display(scanned.content) if kind == "tan" else scanned.content, case["content"])


REASONS = ("encoding", "not_twoken", "oversized", "payload", "server", "tan", "truncated")


@reader(*(f"scanned_bad_{why}" for why in REASONS))
def bad_text(case):
    link.read(case["text"])


def own_keys(value: dict) -> encounter.OwnKeys:
    own = encounter.OwnKeys(
        value["interval"],
        raw(value, "x25519_private"),
        group.scalar(raw(value, "claim_secret")),
        raw(value, "idle_acknowledgement"),
    )
    same(own.beacon().encode(), raw(value, "beacon"))
    return own


PAIRING = {
    "shared": "shared",
    "lo": "lo",
    "hi": "hi",
    "report_secret": "report_secret",
    "receive_secret": "receive_secret",
    "acknowledgement_shown": "acknowledgement_shown",
    "acknowledgement_expected": "acknowledgement_expected",
    "claim": "claim",
    "received_tag": "received_tag",
    "reported_tag": "reported_tag",
    "report_key": "report_status_key",
    "receive_key": "receive_status_key",
}


@reader("encounter")
def two_phones(case):
    rings = {name: encounter.KeyRing([own_keys(keys) for keys in case[f"{name.lower()}_keys"]]) for name in "AB"}
    heard = {}
    for hearing in case["hearings"]:
        hearer, _, shower = hearing["name"].split()
        payload = raw(hearing, "payload")
        same(rings[shower].payload(hearing["shown_at"]), payload, "what is shown")
        got = rings[hearer].hear(payload, hearing["heard_at"])
        same(got.both, hearing["both"], "both")
        check_pairings(got.pairings, hearing["pairings"])
        heard[hearer] = got
    reported = [pairing.reported_tag for pairing in heard["A"].pairings]
    received = {pairing.received_tag for pairing in heard["B"].pairings}
    same(received.intersection(reported), {raw(case, "one_common_tag")}, "common tag")
    told = status.Status(case["test_day"], case["onset"])
    entries = []
    for nonce, pairing in zip(case["nonces"], heard["A"].pairings, strict=True):
        sealed = status.seal_status(pairing.report_key, bytes.fromhex(nonce), told, 1, 1, pairing.reported_tag)
        entries.append(pairing.reported_tag + sealed)
    same([entry.hex() for entry in sorted(entries)], case["entries"], "entries")


def check_pairings(got, expected):
    same([f"own interval {pairing.interval}" for pairing in got], [one["name"] for one in expected])
    for pairing, one in zip(got, expected, strict=True):
        for attribute, name in PAIRING.items():
            same(getattr(pairing, attribute), raw(one, name), name)
        same(tag.element(pairing.report_secret), raw(one, "report_element"))
        same(tag.element(pairing.receive_secret), raw(one, "receive_element"))


@reader("encounter_bad_low_order", "encounter_bad_no_key", "encounter_bad_own", "encounter_bad_time")
def bad_encounter(case):
    ring = encounter.KeyRing([own_keys(keys) for keys in case["own_keys"]])
    try:
        ring.hear(raw(case, "beacon") + bytes(8), case["now"])
    finally:
        same(ring.encounters, {}, "nothing of a refused beacon counts")


@reader("tag")
def good_tag(case):
    secret, claim_secret = raw(case, "secret"), group.scalar(raw(case, "claim_secret"))
    same(group.base(claim_secret), raw(case, "claim_key"))
    same(tag.claimed(secret, claim_secret), raw(case, "claim"))
    same(group.base(raw(case, "claim")), raw(case, "tag"))
    same(tag.reported(secret, raw(case, "claim_key")), raw(case, "tag"))
    same(tag.element(secret), raw(case, "element"))
    same(status.key_of(secret), raw(case, "status_key"))


@reader("tag_bad_element", "tag_bad_length")
def bad_entry(case):
    entry = raw(case, "entry")
    if len(entry) == tag.LENGTH:
        try:
            beacon.check_claim_key(entry[:32])
        except Refused as error:
            same(error.reason, "claim-key")
        else:
            raise AssertionError("taken as a claim key")
    tag.check_entry(entry)


@reader("tag_dummy")
def dummy(case):
    drawn = iter([raw(case, "uniform"), raw(case, "sealed")])
    made = tag.dummy(lambda _length: next(drawn))
    same(tag.check_entry(made), raw(case, "entry"))


@reader("status")
def good_status(case):
    told = status.Status(case["test_day"], case["onset"], case["class"], raw(case, "metadata_key"))
    same(told.encode(), raw(case, "plaintext"))
    where = (case["scheme"], case["degree"], raw(case, "tag"))
    sealed = status.seal_status(raw(case, "status_key"), raw(case, "nonce"), told, *where)
    same(sealed, raw(case, "sealed"))
    same(status.open_status(raw(case, "status_key"), sealed, *where), told)


@reader("status_bad_field", "status_bad_sealed", "status_bad_version")
def bad_status(case):
    status.open_status(raw(case, "status_key"), raw(case, "sealed"), case["scheme"], case["degree"], raw(case, "tag"))


@reader("tcn")
def good_tcn(case):
    leaf = tcn.interval_leaf(raw(case, "day_key"), case["interval"])
    same(case["interval"] // 144, case["day"])
    same(leaf, tcn.Leaf(case["interval"], raw(case, "tcn"), raw(case, "metadata_key")))
    emission = tcn.emission_of(leaf, case["second"], case["tx_power"])
    same(emission, raw(case, "emission"))
    same(tcn.open_metadata(leaf.metadata_key, emission[16:]), (case["second"], case["tx_power"]))
    same(tcn.secret_of(leaf.tcn, leaf.interval), raw(case, "secret"))
    seen = tcn.sight(emission, case["interval"], 0)
    kept = (seen.claim, seen.tag, seen.element, seen.status_key)
    same(kept, tuple(raw(case, name) for name in ("claim", "tag", "element", "status_key")))


@reader("tcn_cover")
def good_cover(case):
    keys = {case["day"]: raw(case, "day_key"), case["day"] + 1: raw(case, "next_day_key")}
    cover = tcn.cover_of(keys, set(case["intervals"]))
    same(b"".join(node.encode() for node in cover), raw(case, "nodes"))
    decoded = tcn.decode_cover(raw(case, "nodes"))
    same(decoded, cover)
    leaves = tcn.expand(decoded)
    same([leaf.interval for leaf in leaves], case["intervals"])
    same([leaf.tcn.hex() for leaf in leaves], case["tcns"])


@reader("tcn_bad_cover")
def bad_cover(case):
    tcn.decode_cover(raw(case, "nodes"))


@reader("tcn_bad_time")
def bad_cover_time(case):
    tcn.check_cover_time(tcn.decode_cover(raw(case, "nodes")), case["now"])


@reader("tcn_bad_metadata")
def bad_metadata(case):
    tcn.open_metadata(raw(case, "metadata_key"), raw(case, "sealed"))


@reader("tcn_entry")
def tcn_entry(case):
    told = status.Status(case["test_day"], case["onset"], metadata_key=raw(case, "metadata_key"))
    entry = raw(case, "entry")
    where = (2, 1, raw(case, "tag"))
    same(status.open_status(raw(case, "status_key"), entry[32:], *where), told)
    again = status.seal_status(raw(case, "status_key"), entry[32:44], told, *where)
    same(raw(case, "tag") + again, entry)
    nodes = tcn.decode_cover(raw(case, "nodes"))
    made = [one for one in tcn.entries_of(nodes, case["test_day"], case["onset"], 1) if one[:32] == entry[:32]]
    same(len(made), 1, "entries of this tag")
    same(status.open_status(raw(case, "status_key"), made[0][32:], *where), told)


@reader("tan")
def good_tan(case):
    same(tan.from_random(raw(case, "random")), case["symbols"])
    same(tan.display(case["symbols"]), case["display"])
    for typed in case["typed"]:
        same(tan.read(typed), case["symbols"], typed)
    same(tan.tan_hash(raw(case, "tan_key"), case["symbols"]), raw(case, "hash"))


@reader("tan_bad_check", "tan_bad_length", "tan_bad_symbol")
def bad_tan(case):
    tan.read(case["typed"])
