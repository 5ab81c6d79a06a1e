"""The test vectors (section 25): how each file is read. A file without a reader fails the run."""

import json
import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "core" / "tests" / "vectors" / "v1"
READERS = {}


def reader(*names: str):
    """Marks a function as what goes over a case of these files."""

    def mark(function):
        for name in names:
            READERS[name] = function
        return function

    return mark


def load(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def first(name: str) -> dict:
    return load(name)["cases"][0]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def reason_of(error: str) -> str:
    """The innermost name of a case's `error`, in the words of `Refused`."""
    name = re.match(r"\w+", error).group()
    inner = re.match(r"\w+\(([A-Z]\w*.*)\)\Z", error)
    if inner:
        return reason_of(inner.group(1))
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def raw(case: dict, name: str) -> bytes:
    """A member in hex."""
    return bytes.fromhex(case[name])


def same(got, expected, what: str = "") -> None:
    assert got == expected, f"{what}: got {show(got)}, expected {show(expected)}"


def show(value) -> str:
    text = value.hex() if isinstance(value, bytes) else repr(value)
    return text if len(text) <= 200 else text[:200] + "…"
