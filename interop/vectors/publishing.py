"""Vectors of sections 15 to 19: configuration, batches, filters, indexes, studies, queries of private mode."""

from twoken import batch, codec, config, filter, group, index, psi, studies, tag, times, upload
from twoken.primitives import ed25519_public, sha256

from . import first, raw, reader, same
from .streams import Keystream


def signing_key() -> bytes:
    """The key that signs all of them."""
    return ed25519_public(raw(first("batch"), "signing_seed"))


def pin_of(case: dict) -> config.Pin | None:
    pinned = case["pinned"]
    if pinned is None:
        return None
    return config.Pin(codec.from_base64url(pinned["signing_key"]), codec.from_base64url(pinned["permit_key"]))


@reader("config")
def good_config(case):
    body = case["body"].encode()
    same(config.sign(raw(case, "signing_seed"), body), case["signature"])
    for pin in (None, pin_of(case)):
        verified = config.verify(body, case["signature"], pin)
        same((verified.digest, verified.pin), (raw(case, "digest"), pin_of(case)))


CONFIG = ("json", "key_changed", "member", "permit_key", "signature", "version")


@reader(*(f"config_bad_{why}" for why in CONFIG))
def bad_config(case):
    config.verify(case["body"].encode(), case["signature"], pin_of(case))


@reader("batch")
def good_batch(case):
    draw = Keystream(raw(case, "pool_keystream_key"))
    pool = [tag.dummy(draw) for _ in range(case["pool_count"])]
    kinds = (case["region"], case["scheme"], case["mode"], case["degree"], case["sealed_at"])
    plan = batch.Batch(*kinds, raw(case, "config_digest"))
    draw = Keystream(raw(case, "keystream_key"))
    sealed = batch.seal(plan, pool, raw(case, "signing_seed"), draw, case["min_pages"])
    same(sealed.header.id, raw(case, "id"))
    same([page.hex() for page in sealed.header.pages], case["page_digests"])
    same(sha256(sealed.entries_file), raw(case, "entries_sha256"))
    same(sealed.header.filter_digest, raw(case, "filter_digest"))
    same(sealed.signed_header, raw(case, "header"))
    if "entries_file" in case:
        same(sealed.entries_file, codec.from_base64url(case["entries_file"]))
    check_batch(case, sealed, set(pool))


def check_batch(case: dict, sealed: batch.Sealed, pool: set[bytes]) -> None:
    """What a client does with what was sealed."""
    header = batch.verify_header(ed25519_public(raw(case, "signing_seed")), sealed.signed_header)
    same(header, sealed.header)
    entries = batch.verify_entries(header, sealed.entries_file)
    assert pool <= set(entries)
    found = filter.verify(header.filter_digest, header.entries, sealed.filter_file)
    for number in range(len(header.pages)):
        size = batch.page_size(header.mode)
        page = batch.verify_page(header, number, sealed.entries_file[number * size : (number + 1) * size])
        filter.check_page(found, number, [entry[:32] for entry in page])


@reader("batch_bad_cbor", "batch_bad_header", "batch_bad_signature", "batch_bad_version")
def bad_header(case):
    batch.verify_header(raw(case, "verifying_key"), raw(case, "header"))


@reader("batch_bad_order", "batch_bad_page", "batch_bad_size")
def bad_entries(case):
    header = batch.verify_header(signing_key(), raw(case, "header"))
    data = codec.from_base64url(first("batch")["entries_file"])
    for edit in case["edits"]:
        at = edit["at"]
        data = data[:at] + bytes.fromhex(edit["insert"]) + data[at + edit["remove"] :]
    batch.verify_entries(header, data)


@reader("private_tag")
def private_tag(case):
    b = group.scalar(raw(case, "b"))
    same(group.base(b), raw(case, "blinding_key"))
    same(tag.element(raw(case, "secret")), raw(case, "element"))
    z, second = batch.second_tag(b, group.element(raw(case, "element")))
    same((z, second), (raw(case, "z"), raw(case, "second_tag")))


@reader("private_batch")
def private_batch(case):
    b = group.scalar(raw(case, "b"))
    lines = [batch.second_tag(b, bytes.fromhex(element))[1] for element in case["elements"]]
    header = batch.verify_header(ed25519_public(raw(case, "signing_seed")), raw(case, "header"))
    same((header.mode, header.blinding_key, header.id), (upload.PRIVATE, group.base(b), raw(case, "id")))
    kinds = (header.region, header.scheme, header.mode, header.degree, case["sealed_at"])
    plan = batch.Batch(*kinds, raw(case, "config_digest"), header.blinding_key)
    pages = int(case["name"].split()[0])
    sealed = batch.seal(plan, lines, raw(case, "signing_seed"), Keystream(raw(case, "keystream_key")), pages)
    same(sealed.signed_header, raw(case, "header"))
    same(sealed.entries_file, codec.from_base64url(case["entries_file"]))
    same(sealed.header.filter_digest, raw(case, "filter_digest"))
    check_batch(case, sealed, set(lines))


@reader("private_batch_bad_page")
def bad_private_entries(case):
    header = batch.verify_header(signing_key(), raw(case, "header"))
    batch.verify_entries(header, codec.from_base64url(case["entries_file"]))


@reader("filter")
def good_filter(case):
    tags = [bytes.fromhex(one) for one in case["tags"]]
    found = [int(value, 16) for value in case["values"]]
    same([filter.value_of(one, len(tags)) for one in tags], found)
    same(filter.encode(tags), raw(case, "filter"))
    same(filter.values(len(tags), raw(case, "filter")), found)
    filter.check_page(found, 0, tags[:256])


@reader("filter_bad_padding", "filter_bad_range", "filter_bad_trailing", "filter_bad_truncated")
def bad_filter(case):
    filter.values(case["entries"], raw(case, "filter"))


@reader("filter_bad_digest", "filter_bad_lies")
def lying_filter(case):
    header = batch.verify_header(signing_key(), raw(case, "header"))
    found = filter.verify(header.filter_digest, header.entries, codec.from_base64url(case["filter"]))
    entries = batch.verify_page(header, case["page"], codec.from_base64url(case["bytes"]))
    filter.check_page(found, case["page"], [entry[:32] for entry in entries])


@reader("index")
def good_index(case):
    day, seed = times.day_from_text(case["day"]), raw(case, "signing_seed")
    headers = [bytes.fromhex(header) for header in case["headers"]]
    made = index.sign(seed, case["region"], day, raw(case, "previous"), headers, case["signed_at"])
    same(made, raw(case, "index"))
    verified = index.verify(ed25519_public(seed), case["region"], day, case["now"], made)
    same(verified.signed_headers, headers)
    same(verified.heads()[-1], raw(case, "last_head"))
    same(verified.new_since(raw(case, "previous")), verified.headers)
    same(verified.new_since(raw(case, "last_head")), [])


INDEX = ("cbor", "day", "future", "order", "region", "signature", "stale", "version")


@reader(*(f"index_bad_{why}" for why in INDEX))
def bad_index(case):
    day = times.day_from_text(case["day"])
    index.verify(raw(case, "verifying_key"), case["region"], day, case["now"], raw(case, "index"))


@reader("index_bad_chain")
def bad_chain(case):
    day = times.day_from_text("2026-11-21")
    now = day * 86_400 + 13 * 3600 + 30 * 60
    verified = index.verify(signing_key(), "root", day, now, raw(case, "index"))
    verified.new_since(raw(case, "known_head"))


@reader("studies")
def good_studies(case):
    encoded = []
    for told in case["studies"]:
        study = studies.Study(
            mode=told["mode"],
            title=(told["title"]["en"], told["title"]["de"]),
            institution=told["name"],
            asked=(told["asked"]["en"], told["asked"]["de"]),
            contact=told["contact"],
            last_day=times.day_from_text(told["ends"]),
        )
        same(study.encode(), raw(told, "study"))
        same(studies.decode(study.encode()), study)
        same(studies.id_of(study.encode()), raw(told, "id"))
        encoded.append((raw(told, "id"), study))
    seed = raw(case, "signing_seed")
    made = studies.sign(seed, [study.encode() for _, study in encoded], case["signed_at"])
    same(made, raw(case, "list"))
    same(studies.verify(ed25519_public(seed), case["now"], made), encoded)


@reader("studies_bad_list", "studies_bad_signature", "studies_bad_time")
def bad_studies(case):
    data = bytes(case["zeros"]) if "zeros" in case else raw(case, "list")
    studies.verify(signing_key(), case["now"], data)


@reader("studies_bad_text")
def bad_text(case):
    studies.decode(raw(case, "study"))


@reader("report")
def good_report(case):
    key = raw(case, "withdrawal_key")
    same(studies.withdrawal_hash(key), raw(case, "withdrawal_hash"))
    same(studies.withdrawal(key), case["withdrawal"])
    report = studies.Report(raw(case, "withdrawal_hash"), case["mode"], case["fields"])
    same(report.encode(), raw(case, "report"))
    same(studies.decode_report(report.encode()), report)


@reader("report_bad_form")
def bad_report(case):
    studies.decode_report(raw(case, "report"))


@reader("psi")
def good_query(case):
    elements = [[tag.element(bytes.fromhex(secret)) for secret in one] for one in case["secrets"]]
    waiting = psi.ask(case["day"], case["scheme"], elements, Keystream(raw(case, "keystream_key")))
    same(waiting.query, raw(case, "query"))
    same(sha256(waiting.encode()), raw(case, "stored_sha256"))
    same(psi.decode_waiting(waiting.encode()), waiting)
    b = group.scalar(raw(case, "b"))
    same(group.base(b), raw(case, "blinding_key"))
    asked = psi.decode_query(waiting.query)
    answer = psi.answer(b, asked, Keystream(raw(case, "shuffle_keystream_key")).below)
    same(answer, raw(case, "response"))
    taken = psi.take_out(waiting, raw(case, "blinding_key"), answer)
    second_tags = [sorted(tag.second(z).hex() for z in one) for one in taken]
    same(second_tags, case["second_tags"])


@reader("psi_bad_query")
def bad_query(case):
    psi.decode_query(raw(case, "query"))


@reader("psi_bad_response")
def bad_response(case):
    psi.decode_response(raw(case, "response"))


@reader("psi_bad_answer")
def bad_answer(case):
    waiting = psi.decode_waiting(raw(case, "stored"))
    psi.take_out(waiting, raw(case, "blinding_key"), raw(case, "response"))
