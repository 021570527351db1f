"""What the browser of somebody who has logged in sends to the app, made without a provider."""

import json
import time
from http.cookies import SimpleCookie
from urllib.request import urlopen

from streamlit.web.server.server_util import AUTH_COOKIE_NAME
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from tests.mnist_core.class_of_learners import ISSUER
from tests.openid_provider import COOKIE_SECRET


def login_cookie(address: str, subject: str, name: str) -> str:
    """The value of the cookie of a person at the app with that address, whose secrets are an `OpenIDProvider`'s."""
    claims = {"iss": ISSUER, "sub": subject, "name": name, "iat": time.time()}
    user = claims | {"is_logged_in": True, "origin": address}
    return create_signed_value(COOKIE_SECRET, AUTH_COOKIE_NAME, json.dumps(user)).decode()


def xsrf_token(address: str) -> str:
    """A token without which the app reads no login from a websocket's request."""
    with urlopen(f"{address}/_stcore/health") as answer:
        return SimpleCookie(answer.headers["Set-Cookie"])[XSRF_COOKIE_NAME].value


def headers(address: str, cookie: str, token: str) -> dict[str, str]:
    """The headers of a websocket's request; the token is its second subprotocol too."""
    return {"Origin": address, "Cookie": f"{AUTH_COOKIE_NAME}={cookie}; {XSRF_COOKIE_NAME}={token}"}
