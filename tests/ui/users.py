"""People who are logged in, for AppTest."""

import time
from typing import Any

from tests.mnist_core.class_of_learners import ISSUER

SECRETS: dict[str, Any] = {
    "auth": {
        "redirect_uri": "http://localhost:8501/oauth2callback",
        "cookie_secret": "secret-of-the-cookies-0123456789abcdef",
        "client_id": "digit-lab",
        "client_secret": "secret-of-the-client",
        "server_metadata_url": f"{ISSUER}/.well-known/openid-configuration",
    }
}
"""What switches the login on."""
NOBODY: dict[str, Any] = {"is_logged_in": False}


def user(subject: str, name: str = "One", **claims: object) -> dict[str, Any]:
    """The claims of somebody who has just logged in, with others than these where they are given."""
    return {"is_logged_in": True, "iss": ISSUER, "sub": subject, "name": name, "iat": time.time()} | claims
