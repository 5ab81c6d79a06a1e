"""The peer's native server: seconds and bytes of its set-up, seconds of an answer to 1,000 elements. Writes JSON.

Usage: python3 bench/psi/peer.py FOLDER   (where pip installed openmined-psi)
"""

import json
import sys
import time

sys.path.insert(0, sys.argv[1])
import private_set_intersection.python as psi  # noqa: E402

ASKED = 1000
# As in run.mjs: 2^-40 for each element asked about.
ERROR = ASKED * 2.0**-40
RUNS = 5


def spent(run):
    # The processor's time, as in run.mjs.
    start = time.process_time()
    value = run()
    return value, time.process_time() - start


asked = [f"Element {nth}" for nth in range(ASKED)]
server = psi.server.CreateWithNewKey(False)
written = {"setup": {}, "bytes": {}}
for published in (100_000, 1_000_000):
    inputs = [f"Element {nth * 2}" for nth in range(published)]
    setup, seconds = spent(lambda: server.CreateSetupMessage(ERROR, ASKED, inputs, psi.DataStructure.GCS))
    written["setup"][str(published)] = seconds / published
    written["bytes"][str(published)] = len(setup.SerializeToString()) / published
answers = []
for _ in range(RUNS):
    client = psi.client.CreateWithNewKey(False)
    request = client.CreateRequest(asked)
    response, seconds = spent(lambda: server.ProcessRequest(request))
    answers.append(seconds / ASKED)
    if client.GetIntersectionSize(setup, response) != ASKED // 2:
        sys.exit("the peer counts something else than half")
written["answer"] = min(answers)
print(json.dumps(written))
