"""Servers and people for the tests that need them; and how many vector files and cases were gone over."""

import os
import sys

import pytest

from server_process import ServerProcess
from twoken.client import Client
from twoken.person import Person

NO_PROGRAM = "TWOKEN_SERVER_BIN is not set to the path of a built twoken-server: no server was tried"


@pytest.fixture
def mode() -> str:
    return "open"


@pytest.fixture
def server(mode):
    program = os.environ.get("TWOKEN_SERVER_BIN")
    if not program:
        pytest.skip(NO_PROGRAM)
    running = ServerProcess(program, mode)
    yield running
    running.remove()


@pytest.fixture
def person(server):
    def make(region: str = "north", emits: bool = False) -> Person:
        return Person(Client(server.origin), region, server.clock, emits)

    return make


def pytest_terminal_summary(terminalreporter):
    if terminalreporter.stats.get("skipped"):
        reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats["skipped"]}
        for reason in sorted(reasons):
            terminalreporter.write_line(f"skipped: {reason}")
    module = sys.modules.get("test_vectors")
    if module is not None:
        files, counts = module.vectors.names(), module.COUNTS
        sizes = {name: len(module.vectors.load(name)["cases"]) for name in files}
        whole = sum(counts[name] == sizes[name] for name in files)
        passed = f"{whole} of {len(files)} files, {sum(counts.values())} of {sum(sizes.values())} cases"
        terminalreporter.write_line(f"vectors passed: {passed}")
    number = {kind: len(terminalreporter.stats.get(kind, [])) for kind in ("passed", "failed", "error")}
    terminalreporter.write_line(f"{number['passed']} passed, {number['failed'] + number['error']} failed")
