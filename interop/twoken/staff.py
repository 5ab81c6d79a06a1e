"""The medical console's routes (section 20.5): session, TANs, permits, audit."""

import base64
import json
import time
import urllib.parse
from dataclasses import dataclass
from http.cookies import SimpleCookie

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from . import codec, permit
from .client import Client
from .refused import require

COOKIE = "twoken-staff"
STEP = 30


def code_of(otpauth: str, at: float | None = None) -> str:
    """RFC 6238 with SHA-1, six digits, 30 s."""
    secret = urllib.parse.parse_qs(urllib.parse.urlsplit(otpauth).query)["secret"][0]
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return TOTP(key, 6, SHA1(), STEP).generate(time.time() if at is None else at).decode("ascii")


@dataclass
class Console:
    """Somebody of the staff at the console; cookie and `csrf` are the session's."""

    client: Client
    cookie: str = ""
    csrf: str = ""

    def send(self, method: str, route: str, value: dict | None = None, **headers: str) -> dict:
        """One request below `/v1/staff/`; a cookie that is set takes the place of the one before."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        if self.cookie:
            named["cookie"] = f"{COOKIE}={self.cookie}"
            named.setdefault("x-twoken-csrf", self.csrf)
        body = None
        if value is not None:
            body, named["content-type"] = json.dumps(value).encode(), "application/json"
        answer, told = self.client.send(method, f"/v1/staff/{route}", body, named)
        for line in told.get_all("set-cookie") or []:
            morsel = SimpleCookie(line)[COOKIE]
            require(morsel["path"] == "/v1/staff" and bool(morsel["httponly"]), "cookie")
            require(morsel["samesite"] == "Strict", "cookie")
            self.cookie = morsel.value
        answered = json.loads(answer)
        self.csrf = answered.get("csrf", self.csrf)
        return answered

    def sign_in(self, name: str, password: str, otpauth: str) -> dict:
        session = self.send("POST", "session", {"name": name, "password": password})
        require(session["state"] == "code", "state")
        return self.send("POST", "session/code", {"code": code_of(otpauth)})

    def permit(self, week: int, permit_key: bytes) -> tuple[permit.Redeeming, bytes]:
        """A permit of class 2, without a TAN (section 13.3)."""
        asked = permit.Redeeming.fresh(permit.STAFF, week)
        request = {"blinded": codec.base64url(asked.blinded()), "week": week}
        return asked, asked.finish(self.send("POST", "permits", request), permit_key)
