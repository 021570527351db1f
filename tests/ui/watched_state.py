"""What the server answers a browser that asks whether what is shown still holds, without a server."""

import asyncio
import json
from typing import Any

from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from ui.components import state_watcher


def state_of(app: AppTest) -> Any:
    """The version of what the app's session shows, and the texts behind its links."""
    return answer_to(app.session_state["state-secret"])


def answer_to(secret: str) -> Any:
    """What is told to whoever asks with that secret."""
    headers = [(b"digit-lab-secret", secret.encode())]
    answer = asyncio.run(state_watcher.route("").endpoint(Request({"type": "http", "headers": headers})))
    return json.loads(answer.body)
