"""A folder served on this machine only, and a browser's page that notes what went wrong."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path

CHROMIUM_SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic",
]


class Server:
    """A folder served on the loopback address, below a path, as a host may put it."""

    def __init__(self, folder: Path):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Watched:
    """A page of the browser, and everything it complained about or asked of other machines."""

    def __init__(self, context: object, origin: str):
        self.troubles: list[str] = []
        self.page = context.new_page()
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.troubles.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: request.url.startswith((origin, "blob:", "data:")) or self.troubles.append(f"request: {request.url}"))
        self.page.on("response", lambda response: response.status >= 400 and self.troubles.append(f"{response.status}: {response.url}"))
