"""Prints how many vector files and cases were gone over."""

import sys


def pytest_terminal_summary(terminalreporter):
    module = sys.modules.get("test_vectors")
    if module is None:
        return
    files, counts = module.vectors.names(), module.COUNTS
    cases = sum(len(module.vectors.load(name)["cases"]) for name in files)
    whole = sum(counts[name] == len(module.vectors.load(name)["cases"]) for name in files)
    terminalreporter.write_line(f"vectors: {whole} of {len(files)} files, {sum(counts.values())} of {cases} cases passed")
