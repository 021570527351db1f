"""nginx with the documented configuration in front of the app, on free ports of this machine."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.browser.server import PROJECT, START_SECONDS, free_port

HOST = "lab.localhost"
"""A browser finds it on this machine by itself; Streamlit takes it for a stranger, as it does a school's host."""
BASE_PATH = "digits"
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

# One process, with all that it writes in a folder of its own.
_AROUND = """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site.conf;
}
"""


class Proxy(NamedTuple):
    """Where nginx answers on 127.0.0.1, and the certificate that it shows, for `HOST` and that address."""

    port: int
    http_port: int
    app_port: int
    """Where it expects the app."""
    certificate: Path

    @property
    def address(self) -> str:
        """The app's: `https://lab.localhost:port/digits`."""
        return f"https://{HOST}:{self.port}/{BASE_PATH}"


@contextmanager
def in_front_of_app(folder: Path) -> Iterator[Proxy]:
    """nginx, with all its files in `folder`; the app can be started later."""
    proxy = Proxy(free_port(), free_port(), free_port(), folder / "lab.pem")
    key, log = folder / "lab.key", folder / "log"
    new_certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={HOST}"]
    names = f"subjectAltName=DNS:{HOST},IP:127.0.0.1"
    files = ["-keyout", key, "-out", proxy.certificate]
    subprocess.run([*new_certificate, "-addext", names, *files], check=True, capture_output=True)
    changes = {
        "listen 80;": f"listen 127.0.0.1:{proxy.http_port};",
        "listen 443 ssl;": f"listen 127.0.0.1:{proxy.port} ssl;",
        "lab.school.example;": f"{HOST};",
        "/etc/ssl/certs/lab.school.example.pem": str(proxy.certificate),
        "/etc/ssl/private/lab.school.example.key": str(key),
        "127.0.0.1:8501": f"127.0.0.1:{proxy.app_port}",
    }
    (folder / "site.conf").write_text(_documented(changes))
    (folder / "nginx.conf").write_text(_AROUND)
    with log.open("w") as written:
        process = subprocess.Popen(
            [str(PROGRAM), "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"], stderr=written
        )
    try:
        _wait_until_it_answers(process, proxy.port, log)
        yield proxy
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _documented(changes: dict[str, str]) -> str:
    """The documented configuration with other ports, files and name, each of which must be in it."""
    text = (PROJECT / "docs" / "nginx.conf").read_text()
    for documented, here in changes.items():
        assert documented in text
        text = text.replace(documented, here)
    return text


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nginx did not start: {log.read_text()}")
