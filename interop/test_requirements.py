"""The table of section 28: what a kit for servers is built from, held against the rest of the document."""

import re

from test_cddl import DOCUMENT

TEXT = DOCUMENT.read_text("utf-8")
ROW = re.compile(r"^\| `(S-[A-Z]+)-(\d+)` \| (.+?) \| (.+?) \| (.+) \| (.+?) \|$", re.MULTILINE)
NEEDS = set("ABCFPRS2–")


def section(number: str) -> str:
    return re.search(rf"^#+ {re.escape(number)} .*?(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL).group()


CODES = dict(re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", section("20.4"), re.MULTILINE))
ROWS = ROW.findall(section("28"))


def test_every_row_is_read_and_has_its_own_number():
    assert len(ROWS) == section("28").count("\n| `S-") > 100
    numbers = {}
    for area, number, *_ in ROWS:
        assert int(number) > numbers.get(area, 0), f"{area}-{number}: never given again, and in their order"
        numbers[area] = int(number)


def test_levels_needs_and_sections_are_such():
    headings = set(re.findall(r"^#+ ([0-9.]+) ", TEXT, re.MULTILINE))
    for area, number, sections, needs, text, level in ROWS:
        name = f"{area}-{number}"
        assert level in ("MUST", "SHOULD"), name
        assert set(needs.split()) <= NEEDS, name
        assert text.endswith("."), name
        named = re.findall(r"\[([0-9.]+)\]\(#([a-z0-9-]+)\)", sections)
        assert named and all(one in headings and link.startswith(one.replace(".", "")) for one, link in named), name


def test_codes_have_their_status():
    assert len(CODES) > 50
    stated = [(row[0] + "-" + row[1], *one) for row in ROWS for one in re.findall(r"([1-5]\d\d) `([a-z-]+)`", row[4])]
    assert len(stated) > 30
    assert [one for one in stated if CODES.get(one[2]) != one[1]] == []


def test_every_refusal_of_a_public_route_is_tried():
    told = set(re.findall(r"`([a-z-]+)`", " ".join(row[4] for row in ROWS)))
    routes = [line for line in section("20.4").splitlines() if re.match(r"\| `(GET|POST) /v1/", line)]
    codes = set(re.findall(r"`([a-z-]+)`", " ".join(line.split("|", 2)[2] for line in routes)))
    assert len(routes) == 9
    assert codes - told == set()
