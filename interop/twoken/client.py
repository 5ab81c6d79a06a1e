"""The HTTP API as a client uses it (section 20): no cookie, no credential, nothing of one client in an address."""

import json
import urllib.error
import urllib.request

from . import config, times
from .refused import require


class Problem(Exception):
    """A refusal by the server: its stable code and its status (section 20.4)."""

    def __init__(self, code: str, status: int):
        super().__init__(f"{code} ({status})")
        self.code = code
        self.status = status


class Client:
    """What can be asked of one server."""

    def __init__(self, origin: str):
        self.origin = origin
        self.asked = []

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None):
        """One request; answers body and headers."""
        self.asked.append((method, path))
        request = urllib.request.Request(self.origin + path, body, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                require(error.headers.get_content_type() == "application/problem+json", "problem")
                problem = json.load(error)
            require(problem["status"] == error.code, "problem")
            raise Problem(problem["type"], error.code) from None

    def get(self, path: str) -> bytes:
        return self.send("GET", path)[0]

    def post(self, path: str, body: bytes, media: str, **headers: str) -> bytes:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, body, {"content-type": media, **named})[0]

    def post_json(self, path: str, value: dict, **headers: str) -> dict:
        return json.loads(self.post(path, json.dumps(value).encode(), "application/json", **headers))

    def config(self, pinned: config.Pin | None) -> config.Config:
        body, headers = self.send("GET", "/v1/config")
        return config.verify(body, headers["twoken-signature"], pinned)

    def permit(self, request: dict) -> dict:
        return self.post_json("/v1/permits", request)

    def upload(self, body: bytes, permit_header: str) -> None:
        answer = self.post("/v1/uploads", body, "application/cbor", twoken_permit=permit_header)
        require(json.loads(answer) == {"stored": True}, "answer")

    def upload_proven(self, body: bytes) -> None:
        answer = self.post("/v1/uploads", body, "application/vnd.twoken.proven+cbor")
        require(json.loads(answer) == {"stored": True}, "answer")

    def index(self, region: str, day: int) -> bytes:
        return self.get(f"/v1/regions/{region}/{times.day_text(day)}")

    def entries(self, batch_id: bytes) -> bytes:
        return self.get(f"/v1/batches/{batch_id.hex()}/entries")

    def filter(self, batch_id: bytes) -> bytes:
        return self.get(f"/v1/batches/{batch_id.hex()}/filter")

    def page(self, batch_id: bytes, number: int) -> bytes:
        return self.get(f"/v1/batches/{batch_id.hex()}/pages/{number}")

    def query(self, query: bytes) -> bytes:
        return self.post("/v1/psi", query, "application/cbor")

    def studies(self) -> bytes:
        return self.get("/v1/studies")

    def report(self, study: bytes, body: bytes) -> None:
        answer = self.post(f"/v1/studies/{study.hex()}/reports", body, "application/vnd.twoken.proven+cbor")
        require(json.loads(answer) == {"stored": True}, "answer")

    def withdraw(self, study: bytes, key: dict) -> None:
        require(self.post_json(f"/v1/studies/{study.hex()}/withdrawals", key) == {"withdrawn": True}, "answer")

    def deliver_tans(self, api_key: str, request: dict) -> dict:
        return self.post_json("/v1/authority/tans", request, authorization=f"Bearer {api_key}")
