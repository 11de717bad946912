"""The app in a process of its own, and a client that speaks to it as a browser does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START_SECONDS, QUIET_SECONDS = 120, 2.0

# The app as `streamlit run app.py` starts it; `unfrozen` takes gc.freeze away from it.
LAUNCH = """
import gc, sys
if sys.argv.pop(1) == "unfrozen":
    gc.freeze = lambda: None
from streamlit.web.cli import main
sys.argv[0] = "streamlit"
main()
"""


@dataclass
class App:
    """A running app."""

    url: str
    process: subprocess.Popen
    seconds_to_health: float

    def wait_until_idle(self) -> None:
        """Return once the process has used no processor for a while: its models are loaded."""
        deadline, used, since = time.monotonic() + START_SECONDS, -1.0, time.monotonic()
        while time.monotonic() < deadline:
            now = self._processor_seconds()
            if now - used > 0.05:
                used, since = now, time.monotonic()
            if time.monotonic() - since > QUIET_SECONDS:
                return
            time.sleep(0.1)

    def _processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_app(*, freeze: bool = True) -> Iterator[App]:
    """Start the app on a free port, wait for its health, and stop it at the end."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    frozen = "frozen" if freeze else "unfrozen"
    command = [sys.executable, "-c", LAUNCH, frozen, "run", "app.py", "--server.port", str(port)]
    started, url = time.perf_counter(), f"http://localhost:{port}"
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _is_healthy(url):
            if process.poll() is not None or time.perf_counter() - started > START_SECONDS:
                raise RuntimeError("The app did not start.")
            time.sleep(0.02)
        yield App(url, process, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


class Visitor:
    """One session on one page; `change` sets a control and waits until the page is complete."""

    def __init__(self, url: str, page: str) -> None:
        from websockets.sync.client import connect

        self._socket = connect(
            url.replace("http", "ws") + "/_stcore/stream", max_size=None, subprotocols=["streamlit"]
        )
        self.controls: dict[str, tuple[str, str]] = {}  # key -> (widget id, fragment id)
        self._page, self._page_hash = page, ""
        self._shown: list[bytes] = []
        self.first_seconds = self._rerun([])

    def change(self, key: str, **value: Any) -> float:
        """Seconds from sending a control's new value to the end of the rerun it causes."""
        from streamlit.proto.WidgetStates_pb2 import WidgetState

        identity, fragment = self.controls[key]
        state = WidgetState(id=identity)
        for name, content in value.items():
            if name.endswith("_array_value"):
                getattr(state, name).data.extend(content)
            else:
                setattr(state, name, content)
        before = self._shown
        seconds = self._rerun([state], fragment)
        if self._shown == before:
            raise RuntimeError(f"Nothing on the page changed with {key} = {value}.")
        return seconds

    def close(self) -> None:
        """Leave the page."""
        self._socket.close()

    def _rerun(self, states: list[Any], fragment: str = "") -> float:
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = BackMsg()
        message.rerun_script.page_name = self._page
        message.rerun_script.page_script_hash = self._page_hash
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.widgets.extend(states)
        self._shown = []
        started = time.perf_counter()
        self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self._socket.recv(timeout=60))
            kind = answer.WhichOneof("type")
            if kind == "navigation":
                self._page_hash = answer.navigation.page_script_hash
            elif kind == "delta":
                self._note(answer.delta)
            elif kind == "script_finished":
                return time.perf_counter() - started

    def _note(self, delta: Any) -> None:
        """Remember the controls by their keys, which stand at the end of their ids."""
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        self._shown.append(element.SerializeToString())
        widget = getattr(element, element.WhichOneof("type"))
        identity = getattr(widget, "id", "")
        if isinstance(identity, str) and identity:
            self.controls[identity.rsplit("-", 1)[-1]] = (identity, delta.fragment_id)
            if element.WhichOneof("type") == "exception":
                raise RuntimeError(widget.message)
