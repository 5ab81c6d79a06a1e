"""Vectors of sections 13, 14 and 9.4: permits, uploads, key codes, membership proofs, proven bodies."""

from twoken import codec, decoy, group, handover, membership, permit, proven, tan, tcn, upload
from twoken.primitives import sha256

from . import first, raw, reader, same
from .streams import Keystream


def redeeming(case: dict) -> permit.Redeeming:
    return permit.Redeeming(case["class"], case["week"], raw(case, "t"), group.scalar(raw(case, "blind")))


@reader("permit")
def good_permit(case):
    key, public = group.scalar(raw(case, "permit_key")), raw(case, "permit_public_key")
    same(group.base(key), public)
    asked = redeeming(case)
    same(asked.info, raw(case, "info"))
    same(asked.request(case["request"]["tan"][:13]), case["request"])
    blinded = permit.read_blinded(case["request"]["blinded"])
    same(permit.answer(key, blinded, asked.info, raw(case, "proof_random_scalar")), case["response"])
    n = asked.finish(case["response"], public)
    same(n, raw(case, "n"))
    same(permit.SUITE.evaluate(key, asked.t, asked.info), n)
    same(case["body"], "the body of upload.json's first case")
    body = raw(first("upload"), "body")
    same(asked.header(n, body), case["header"])
    permit.authorise(key, permit.read_header(case["header"]), body)


@reader("permit_bad_header")
def bad_header(case):
    permit.read_header(case["header"])


@reader("permit_bad_mac")
def bad_mac(case):
    sent = raw(first("upload"), "body")
    turned = sent[:-1] + bytes([sent[-1] ^ 1])
    body = {"as sent": sent, "last bit turned": turned, "empty": b""}[case["body"]["case"]]
    same(sha256(body), raw(case["body"], "digest"))
    permit.authorise(raw(first("permit"), "permit_key"), permit.read_header(case["header"]), body)


@reader("permit_bad_request")
def bad_request(case):
    permit.read_blinded(case["blinded"])


@reader("permit_bad_response")
def bad_response(case):
    asked = first("permit")
    redeeming(asked).finish(case["response"], raw(asked, "permit_public_key"))


@reader("upload")
def good_upload(case):
    if "body" in case:
        body = raw(case, "body")
        decoded = upload.decode(body)
        same(decoded.encode(), body)
    else:
        draw = Keystream(raw(case, "keystream_key"))
        lines = sorted(upload.tag.dummy(draw) for _ in range(case["count"]))
        decoded = upload.Upload(case["region"], case["degree"], lines)
        body = decoded.encode()
        same(upload.decode(body), decoded)
        same(len(body), case["length"])
    same((decoded.region, decoded.degree, len(decoded.lines)), (case["region"], case["degree"], case["count"]))
    same(decoded.lines[0], raw(case, "first_entry"))
    same(decoded.lines[-1], raw(case, "last_entry"))
    same(sha256(body), raw(case, "sha256"))


@reader("upload_one_way")
def one_way_upload(case):
    body = raw(case, "body")
    decoded = upload.decode(body)
    same((decoded.encode(), len(body), sha256(body)), (body, case["length"], raw(case, "sha256")))
    same((decoded.region, decoded.degree, len(decoded.lines)), (case["region"], 1, case["count"]))
    same(decoded.lines[0], raw(case, "first_entry"))
    if "nodes" in case:
        same((decoded.test_day, decoded.onset), (case["test_day"], case["onset"]))
        same(b"".join(node.encode() for node in decoded.nodes), raw(case, "nodes"))
        same([leaf.interval for leaf in tcn.expand(decoded.nodes)], case["intervals"])
    else:
        same((len(decoded.one_way), decoded.one_way[0]), (case["tcn_count"], raw(case, "first_tcn_entry")))


UPLOAD = ("cbor", "cover", "degree", "mode", "order", "region", "size", "tag", "tcn_entries", "version")


@reader(*(f"upload_bad_{why}" for why in UPLOAD))
def bad_upload(case):
    upload.decode(raw(case, "body"))


@reader("private_upload")
def private_upload(case):
    body = raw(case, "body")
    decoded = upload.decode(body, upload.PRIVATE)
    same((decoded.encode(), sha256(body)), (body, raw(case, "sha256")))
    same((decoded.region, decoded.degree, len(decoded.lines)), (case["region"], case["degree"], case["count"]))
    same(decoded.lines[0], raw(case, "first_element"))
    if "nodes" in case:
        same(b"".join(node.encode() for node in decoded.nodes), raw(case, "nodes"))
        same([one.hex() for one in upload.cover_elements(decoded.nodes)], case["cover_elements"])
    if "tcn_count" in case:
        same((len(decoded.one_way), decoded.one_way[0]), (case["tcn_count"], raw(case, "first_tcn_element")))


@reader("private_upload_bad_body")
def bad_private_upload(case):
    upload.decode(raw(case, "body"), upload.PRIVATE)


@reader("decoy")
def good_decoy(case):
    if "request" in case:
        asked = permit.Redeeming(permit.PATIENT, case["request"]["week"], raw(case, "t"), group.scalar(raw(case, "blind")))
        same(decoy.request(asked.week, asked), case["request"])
        same(decoy.is_marked(case["request"]["tan"]), True)
        same(len(decoy.header(asked.week)), 90)
        return
    mode = upload.OPEN if case["mode"] == "open" else upload.PRIVATE
    if "body" not in case:
        same(case["length"], len(decoy.body(case["count"], mode)) + 11 + 20 * 1008)
        return
    body = raw(case, "body")
    same((decoy.is_upload(body), len(body), sha256(body)), (True, case["length"], raw(case, "sha256")))
    report = decoy.as_report(body, "root")
    same((decoy.is_upload(report), sha256(report)), (False, raw(case, "as_report_sha256")))
    decoded = upload.decode(report, mode)
    same((decoded.region, decoded.degree, len(decoded.lines)), ("root", 1, case["count"]))
    same(len(decoded.nodes), case["nodes"])
    if decoded.nodes:
        size = next(size for size in upload.COVER_SIZES if size >= case["nodes"])
        covered = decoy.covered(decoded.nodes)
        same(covered, decoy.intervals(size, (covered[0] // 144 + decoy.DAYS) * decoy.DAY_SECONDS))
    else:
        same(len(decoy.body(case["count"], mode)), case["length"])


@reader("decoy_bad_form")
def bad_decoy(case):
    if "tan" in case:
        same(decoy.is_marked(case["tan"]), False)
        tan.read(case["tan"])
    else:
        same(decoy.is_upload(raw(case, "body")), False)
        upload.decode(raw(case, "body"))


def read_codes(codes: list[str]) -> tuple[bytes, bytes]:
    """The body and its transfer; the codes are read from the last to the first."""
    reader_of_codes = handover.Reader()
    for code in reversed(codes):
        body = reader_of_codes.read(code)
    assert body is not None, "not whole"
    return body, reader_of_codes.transfer


@reader("handover")
def good_handover(case):
    body, transfer = read_codes(case["codes"])
    same(transfer, raw(case, "transfer"))
    decoded = handover.decode(body)
    same(b"".join(node.encode() for node in decoded.nodes), raw(case, "nodes"))
    same(len(decoded.encounters), case["encounters"])
    same([leaf.interval for leaf in tcn.expand(decoded.nodes)], case["intervals"])
    same(decoded.encode(), body)
    same(handover.codes_of(body), case["codes"])
    swapped = [code.translate(handover.SWAP).replace("-", "ß", 2) for code in case["codes"]]
    same(read_codes([f"]Q1{code.lower()}\r\n" for code in swapped])[0], body, "through a scanner and a layout")


@reader("handover_bad_code")
def bad_code(case):
    body = handover.Reader().read(case["code"])
    assert body is not None, "not whole"
    handover.decode(body)


@reader("private_handover")
def private_handover(case):
    body, transfer = read_codes(case["codes"])
    same(transfer, raw(case, "transfer"))
    decoded = handover.decode(body, upload.PRIVATE)
    same(b"".join(node.encode() for node in decoded.nodes), raw(case, "nodes"))
    same([one.hex() for one in decoded.elements], case["elements"])
    same([one.hex() for one in upload.cover_elements(decoded.nodes)], case["one_way_elements"])
    same(decoded.encode(upload.PRIVATE), body)
    same(handover.codes_of(body), case["codes"])


@reader("private_handover_bad_body")
def bad_private_handover(case):
    handover.decode(raw(case, "body"), upload.PRIVATE)


def statement(case: dict) -> membership.Statement:
    tags = codec.chunks(raw(case, "tags"), 32)
    fields = (raw(case, name) for name in ("page", "context", "body"))
    return membership.Statement(tags, *fields, case["kind"])


@reader("membership")
def good_proof(case):
    about = statement(case)
    purpose, study = about.context[32], about.context[33:]
    same(membership.context_of(raw(case, "server_key"), purpose, study), about.context)
    proof = membership.decode(raw(case, "proof"))
    same(proof.encode(), raw(case, "proof"))
    membership.verify(about, proof)
    claim = group.scalar(raw(case, "claim"))
    made = membership.prove(about, claim)
    membership.verify(about, membership.decode(made.encode()))
    if "nullifier" in case:
        same(proof.nullifier, raw(case, "nullifier"))
    same(made.nullifier, proof.nullifier, "the nullifier that the claim leads to")


@reader("membership_bad_form")
def bad_proof_form(case):
    start = raw(case, "first_40_bytes")
    whole = start + raw(first("membership"), "proof")[len(start) :]
    membership.decode(whole[: case["length"]].ljust(case["length"], b"\0"))


def other_statements(about: membership.Statement, claim: bytes) -> dict[str, membership.Statement]:
    """Statements that differ from one in what the name says."""
    tags, context = about.tags, about.context
    own = tags.index(group.base(claim))
    moved = [*tags]
    moved[own], moved[own - 1] = moved[own - 1], moved[own]
    fields = {
        "another page": {"page": sha256(about.page)},
        "another context": {"context": membership.context_of(context[:32], membership.STUDY, bytes(32))},
        "another server": {"context": sha256(context[:32]) + context[32:]},
        "another body": {"body": about.body + b"!"},
        "tags 1 and 2 swapped": {"tags": [tags[1], tags[0], *tags[2:]]},
        "the claim's tag in another place": {"tags": moved},
        "a kind without nullifiers": {"kind": membership.WITHOUT},
    }
    return {name: membership.Statement(**{**about.__dict__, **changed}) for name, changed in fields.items()}


@reader("membership_bad_proof")
def bad_proof(case):
    original = first("membership")
    about, proof = statement(original), bytearray(raw(original, "proof"))
    if "byte" in case:
        proof[case["byte"]] ^= case["xor"]
    else:
        about = other_statements(about, raw(original, "claim"))[case["name"]]
    membership.verify(about, membership.decode(bytes(proof)))


def proven_body(case: dict) -> bytes:
    return raw(case, "before_the_proof") + raw(first("membership"), "proof") + raw(case, "after_the_proof")


@reader("proven")
def good_proven(case):
    body = proven_body(case)
    same(sha256(body), raw(case, "sha256"))
    decoded = proven.decode(body)
    same(decoded.page, raw(case, "page"))
    same(decoded.proof.encode(), raw(first("membership"), "proof"))
    same(decoded.encode(), body)


@reader("proven_bad_form")
def bad_proven(case):
    start = raw(case, "first_50_bytes")
    whole = start + proven_body(first("proven"))[len(start) :]
    proven.decode(whole[: case["length"]].ljust(case["length"], b"\0"))
