"""A server of its own for each test: the built program, the demo profile, a temporary folder, a free loopback port."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

API_KEY = "an API key for these tests only, 22 characters at least"
REGIONS = [("root", "Everywhere", None), ("north", "The north", "root"), ("south", "The south", "root")]
START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServerProcess:
    """Starts a server, seals when told, and stops it."""

    def __init__(self, program: str, mode: str = "open"):
        self.program, self.mode = program, mode
        self.folder = Path(tempfile.mkdtemp(prefix="twoken-interop-"))
        self.data = self.folder / "data"
        self.port = free_port()
        self.process = None
        self.ahead = 0
        # What the server reads as settings stays out, and nothing is asked of a proxy.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TWOKEN_")}
        self.environment = {**kept, "TWOKEN_API_KEY": API_KEY, "NO_COLOR": "1"}
        self.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def clock(self) -> int:
        return int(time.time()) + self.ahead

    def configure(self) -> Path:
        lines = ['name = "Health office of the tests"', f'mode = "{self.mode}"']
        lines += ["seal_every_seconds = 86400", f"clock_ahead_seconds = {self.ahead}"]
        for region, name, parent in REGIONS:
            lines += ["[[regions]]", f'id = "{region}"', f'name = "{name}"']
            lines += [f'parent = "{parent}"'] if parent else []
        path = self.folder / "config.toml"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    def start(self) -> None:
        arguments = ["serve", "--profile", "demo", "--data", str(self.data), "--config", str(self.configure())]
        arguments += ["--listen", f"127.0.0.1:{self.port}"]
        with (self.folder / "server.log").open("ab") as log:
            command = [self.program, *arguments]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{(self.folder / 'server.log').read_text('utf-8')}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.origin + "/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def go_ahead(self, days: int) -> None:
        """Stops it and starts it with a clock that is so many days ahead."""
        self.stop()
        self.ahead = days * 86_400
        self.start()

    def run(self, *arguments: str) -> str:
        """A command of the server's program on this server's data."""
        command = [self.program, *arguments, "--data", str(self.data)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments[:2])}: {done.stderr}")
        return done.stdout.strip()

    def issue(self, *arguments: str) -> str:
        return self.run("tan", "issue", *arguments)

    def seal(self) -> None:
        self.run("batch", "seal", "--anyway")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
