"""People who are logged in, for AppTest."""

import time
from typing import Any

from tests.mnist_core.class_of_learners import ISSUER
from tests.openid_provider import CLIENT, COOKIE_SECRET, SECRET

SECRETS: dict[str, Any] = {
    "auth": {
        "redirect_uri": "http://localhost:8501/oauth2callback",
        "cookie_secret": COOKIE_SECRET,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "server_metadata_url": f"{ISSUER}/.well-known/openid-configuration",
    }
}
"""What switches the login on."""
NOBODY: dict[str, Any] = {"is_logged_in": False}


def user(subject: str, name: str = "One", **claims: object) -> dict[str, Any]:
    """The claims of somebody who has just logged in, with others than these where they are given."""
    return {"is_logged_in": True, "iss": ISSUER, "sub": subject, "name": name, "iat": time.time()} | claims
