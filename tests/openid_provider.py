"""A login provider on this machine: as much of OpenID Connect as Streamlit's login asks for."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "digit-lab", "secret-of-the-client"
COOKIE_SECRET = "secret-of-the-cookies-0123456789abcdef"
LOGIN_SECONDS = 3_600
"""How long an ID token can be used to log in."""


class OpenIDProvider:
    """A provider at `address` with these people, claims by the subject; it answers until the block ends.

    Whoever logs in chooses on its page which of the people to be, or refuses. A login is as old as `age` says, in
    seconds.
    """

    def __init__(self, people: dict[str, dict[str, object]]) -> None:
        self.people = people
        self.age = 0.0
        self.works = True
        self._key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self._codes: dict[str, tuple[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def out_of_order(self) -> Iterator[None]:
        """It answers every request with an error."""
        self.works = False
        try:
            yield
        finally:
            self.works = True

    @property
    def secrets(self) -> str:
        """A secrets file for a server on 127.0.0.1."""
        return (
            "[auth]\n"
            'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
            f'cookie_secret = "{COOKIE_SECRET}"\n'
            f'client_id = "{CLIENT}"\n'
            f'client_secret = "{SECRET}"\n'
            f'server_metadata_url = "{self.address}/.well-known/openid-configuration"\n'
        )

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "end_session_endpoint": f"{self.address}/end-session",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def public_keys(self) -> dict[str, object]:
        return {"keys": [self._key.as_dict(private=False)]}

    def choices(self, asked: dict[str, str]) -> str:
        """The page on which one says who one is."""
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
            for name in ("redirect_uri", "state", "nonce")
        )
        buttons = "".join(f'<button name="subject" value="{escape(one)}">{escape(one)}</button>' for one in self.people)
        return f'<h1>Who are you?</h1><form action="/answer">{hidden}{buttons}<button>Nobody</button></form>'

    def answer(self, asked: dict[str, str]) -> str:
        """The address at which Digit Lab learns what was chosen on that page."""
        if "subject" not in asked:
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            code = uuid4().hex
            self._codes[code] = asked["subject"], asked["nonce"]
            answer = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, asked: dict[str, str]) -> dict[str, object]:
        subject, nonce = self._codes.pop(asked["code"])
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.address,
            "sub": subject,
            "aud": CLIENT,
            "nonce": nonce,
            "iat": int(now - self.age),
            "exp": now + LOGIN_SECONDS,
        } | self.people[subject]
        id_token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self._key)
        return {"access_token": uuid4().hex, "token_type": "Bearer", "expires_in": LOGIN_SECONDS, "id_token": id_token}


class _Handler(BaseHTTPRequestHandler):
    provider: OpenIDProvider

    def do_GET(self) -> None:
        path, asked = urlsplit(self.path).path, _first(urlsplit(self.path).query)
        if not self.provider.works:
            self.send_error(503)
        elif path == "/.well-known/openid-configuration":
            self._send(json.dumps(self.provider.metadata()), "application/json")
        elif path == "/jwks":
            self._send(json.dumps(self.provider.public_keys()), "application/json")
        elif path == "/authorize" and asked["client_id"] == CLIENT:
            self._send(self.provider.choices(asked), "text/html")
        elif path == "/answer":
            self._redirect(self.provider.answer(asked))
        elif path == "/end-session":
            self._redirect(asked["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        asked = _first(self.rfile.read(int(self.headers["Content-Length"])).decode())
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {basic}":
            self.send_error(401)
        else:
            self._send(json.dumps(self.provider.token(asked)), "application/json")

    def log_message(self, *_: object) -> None:
        """Requests are not logged."""

    def _send(self, text: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()


def _first(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
