"""The rules of section 21, as they stand in the document: what is good in the vectors fits them, another form does not."""

import json
import re
from pathlib import Path

import cbor2
import pycddl
import pytest

import vectors
from vectors.reporting import proven_body, read_codes

DOCUMENT = Path(__file__).parents[1] / "docs" / "protocol.md"
RULES = "\n".join(re.findall(r"^```cddl\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.DOTALL | re.MULTILINE))
SIGNATURE = 64
SCHEMAS = {}

# Rule, file, and where the bytes stand in a case.
CBOR = [
    ("upload", "upload", "body"),
    ("upload", "upload_one_way", "body"),
    ("private-upload", "private_upload", "body"),
    ("query", "psi", "query"),
    ("response", "psi", "response"),
    ("report", "report", "report"),
]
SIGNED = [
    ("header", "batch", "header"),
    ("header", "private_batch", "header"),
    ("index", "index", "index"),
    ("studies", "studies", "list"),
]
# Files of what is refused; and their cases that have the rule's form, and are refused for what it does not say.
REFUSED = [
    ("upload", "upload_bad_version", []),
    ("upload", "upload_bad_size", []),
    ("upload", "upload_bad_mode", []),
    ("upload", "upload_bad_degree", []),
    ("upload", "upload_bad_tcn_entries", []),
    ("upload", "upload_bad_order", ["the first two swapped", "an entry twice"]),
    ("upload", "upload_bad_tag", ["identity", "not canonical", "no element, at the end"]),
    (
        "upload",
        "upload_bad_cover",
        [
            "only zeros",
            "a node after the zeros",
            "overlapping",
            "two where one would do",
            "outside its day",
            "onset out of range",
            "keys and entries made of keys",
        ],
    ),
    (
        "private-upload",
        "private_upload_bad_body",
        [
            "the first two swapped",
            "an element twice",
            "identity",
            "no element",
            "not canonical",
            "only zeros",
            "keys and elements made of keys",
            "trailing byte",
        ],
    ),
    ("report", "report_bad_form", ["trailing byte", "of indefinite length"]),
]
# Of the members of a configuration, what one says of another.
RELATIONS = {
    "no root",
    "two roots",
    "a region twice",
    "a parent that is not there",
    "a circle beside the root",
    "its own parent",
    "descending size classes",
    "a size class twice",
    "a delay that ends before it begins",
    "medium above high",
    "close is farther than near",
}


def fits(rule: str, data: bytes) -> bool:
    try:
        schema(rule).validate_cbor(data)
    except pycddl.ValidationError:
        return False
    return True


def schema(rule: str) -> pycddl.Schema:
    if rule not in SCHEMAS:
        SCHEMAS[rule] = pycddl.Schema(f"start = {rule}\n{RULES}")
    return SCHEMAS[rule]


def of(file: str, member: str, skip: int = 0):
    """The bytes of every case that has the member."""
    found = [bytes.fromhex(case[member])[skip:] for case in vectors.load(file)["cases"] if member in case]
    assert found, f"{file} has no {member}"
    return found


def changed(data: bytes, key, value) -> bytes:
    """The same map with another value, or with none."""
    kept = {name: one for name, one in cbor2.loads(data).items() if name != key}
    return cbor2.dumps(kept if value is None else {**kept, key: value})


def test_every_rule_can_be_read():
    names = re.findall(r"^([a-z][a-z0-9-]*) = ", RULES, re.MULTILINE)
    assert len(names) == len(set(names)) > 60
    for name in names:
        schema(name)


@pytest.mark.parametrize(("rule", "file", "member"), CBOR)
def test_what_travels_fits(rule, file, member):
    for data in of(file, member):
        assert fits(rule, data)
        assert not fits(rule, changed(data, 0, 2)), "another version"
        assert not fits(rule, changed(data, 99, 0)), "an unknown key"
        assert not fits(rule, changed(data, 0, None)), "a key is missing"


@pytest.mark.parametrize(("rule", "file", "member"), SIGNED)
def test_what_is_signed_fits(rule, file, member):
    for data in of(file, member, SIGNATURE):
        assert fits(rule, data)
        assert not fits(rule, changed(data, 0, 2)), "another version"
        assert not fits(rule, changed(data, 99, 0)), "an unknown key"


def test_a_blinding_key_and_private_mode_come_together():
    assert all(not fits("header", changed(data, 4, 2)) for data in of("batch", "header", SIGNATURE))
    assert all(not fits("header", changed(data, 4, 1)) for data in of("private_batch", "header", SIGNATURE))


def test_studies_and_proven_bodies_fit():
    listed = [study for data in of("studies", "list", SIGNATURE) for study in cbor2.loads(data)[1]]
    assert listed and all(fits("study", study) for study in listed)
    proven = [proven_body(case) for case in vectors.load("proven")["cases"]]
    assert proven and all(fits("proven", body) for body in proven)


@pytest.mark.parametrize("file", ["handover", "private_handover"])
def test_bodies_of_key_codes_fit(file):
    for case in vectors.load(file)["cases"]:
        body, _ = read_codes(case["codes"])
        assert fits("key-code-body", body)
        assert not fits("key-code-body", changed(changed(body, 2, b""), 3, b"")), "of both modes"


@pytest.mark.parametrize(("rule", "file", "form_is_right"), REFUSED)
def test_what_has_another_form_does_not_fit(rule, file, form_is_right):
    member = "report" if rule == "report" else "body"
    cases = vectors.load(file)["cases"]
    assert [case["name"] for case in cases if fits(rule, bytes.fromhex(case[member]))] == form_is_right


def test_members_of_a_configuration_out_of_range_do_not_fit():
    cases = vectors.load("config_bad_member")["cases"]
    fitting = {case["name"] for case in cases if fits("config", cbor2.dumps(json.loads(case["body"])))}
    assert fitting == RELATIONS


def test_json_fits():
    for case in vectors.load("config")["cases"]:
        config = json.loads(case["body"])
        assert fits("config", cbor2.dumps(config))
        assert fits("config", cbor2.dumps({**config, "a_later_member": 1}))
        assert all(not fits("config", changed(cbor2.dumps(config), name, None)) for name in ("regions", "permit_key"))
    for case in vectors.load("permit")["cases"]:
        assert fits("permit-request", cbor2.dumps(case["request"]))
        assert fits("permit-response", cbor2.dumps(case["response"]))
        assert not fits("permit-request", cbor2.dumps({**case["request"], "a_later_member": 1}))
    for case in vectors.load("report")["cases"]:
        if "withdrawal" in case:
            assert fits("withdrawal", cbor2.dumps(case["withdrawal"]))
