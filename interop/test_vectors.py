"""Every case of every vector file: good ones are computed again, bad ones refused for the reason that they state."""

import collections

import pytest

import vectors
import vectors.meeting
import vectors.published
import vectors.publishing
import vectors.reporting
from twoken.refused import Refused

# Where the reason has another name here: a cover is empty, or has a node of depth 0, before it is out of order.
OTHER_REASONS = {
    ("upload_bad_cover", "only zeros"): "empty",
    ("private_upload_bad_body", "only zeros"): "empty",
    ("upload_bad_cover", "a node after the zeros"): "position",
}
COUNTS = collections.Counter()


def cases():
    for name in vectors.names():
        for number, case in enumerate(vectors.load(name)["cases"]):
            yield pytest.param(name, case, id=f"{name}-{number}")


def test_every_file_has_a_reader():
    found = set(vectors.names())
    assert found - vectors.READERS.keys() == set(), "files that nobody reads"
    assert vectors.READERS.keys() - found == set(), "readers of files that are not there"


def test_every_file_has_cases():
    assert all(vectors.load(name)["cases"] for name in vectors.names())


@pytest.mark.parametrize(("name", "case"), list(cases()))
def test_case(name, case):
    reader = vectors.READERS[name]
    if "_bad" not in name:
        reader(case)
    else:
        with pytest.raises(Refused) as caught:
            reader(case)
        expected = OTHER_REASONS.get((name, case["name"]), vectors.reason_of(case["error"]))
        assert caught.value.reason == expected, case["name"]
    COUNTS[name] += 1
