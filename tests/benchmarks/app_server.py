"""The app in a process of its own, and a client that speaks to it as a browser does."""

from __future__ import annotations

import json
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
START_SECONDS, QUIET_SECONDS = 300, 2.0

# The app as `streamlit run app.py` starts it; `unfrozen` leaves collecting garbage to Streamlit.
LAUNCH = """
import gc, sys
if sys.argv.pop(1) == "unfrozen":
    import pages._ui.collecting
    gc.freeze = pages._ui.collecting.collect_seldom = lambda: None
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
        """Return once the process has used no processor for a while: its models are loaded, and
        what is answered ahead is answered.
        """
        deadline, used, since = time.monotonic() + START_SECONDS, -1.0, time.monotonic()
        while time.monotonic() < deadline:
            now = self.processor_seconds()
            if now - used > 0.05:
                used, since = now, time.monotonic()
            if time.monotonic() - since > QUIET_SECONDS:
                return
            time.sleep(0.1)

    def processor_seconds(self) -> float:
        """What the process has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_app(*, freeze: bool = True, script: str = "app.py") -> Iterator[App]:
    """Start the app (or another script) on a free port, wait for its health, and stop it at the
    end.
    """
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    frozen = "frozen" if freeze else "unfrozen"
    command = [sys.executable, "-c", LAUNCH, frozen, "run", script, "--server.port", str(port)]
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


@dataclass(frozen=True)
class Control:
    """A control on a page: what a browser must know to set it."""

    identity: str
    kind: str
    fragment: str

    def state(self, value: Any) -> Any:
        """The message that gives it this value, as its kind is spoken of."""
        from streamlit.proto.WidgetStates_pb2 import WidgetState

        state = WidgetState(id=self.identity)
        if self.kind == "selectbox":
            state.string_value = value
        elif self.kind == "button_group":
            state.string_array_value.data.extend([value] if isinstance(value, str) else value)
        elif self.kind == "slider":  # of names, not of numbers
            state.string_array_value.data.append(value)
        elif self.kind == "bidi_component":
            state.json_value = json.dumps(value)
        else:
            raise RuntimeError(f"A control of kind {self.kind} cannot be set here.")
        return state


class Visitor:
    """One session on one page, or on a link to it; `change` sets a control and waits until the page
    is complete.
    """

    def __init__(self, url: str, page: str) -> None:
        from websockets.sync.client import connect

        address = url.replace("http", "ws") + "/_stcore/stream"
        self._socket = connect(address, max_size=None, subprotocols=["streamlit"])
        self._page, _, self._query = page.partition("?")
        self._page_hash = ""
        self._controls: dict[str, Control] = {}
        self._shown: list[bytes] = []
        self._rerun([])

    def change(self, key: str, value: Any) -> float:
        """Seconds from sending a control's new value to the end of the rerun it causes.

        Raises:
            RuntimeError: the page shows an error, or what it showed before.
        """
        control, before = self._controls[key], self._shown
        seconds = self._rerun([control.state(value)], control.fragment)
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
        message.rerun_script.query_string = self._query
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
        """Remember what is shown, and the controls by their keys, which end their ids."""
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        self._shown.append(element.SerializeToString())
        kind = element.WhichOneof("type")
        content = getattr(element, kind)
        if kind == "exception":
            raise RuntimeError(f"The page {self._page} shows an error: {content.message}")
        identity = getattr(content, "id", "")
        if isinstance(identity, str) and identity:
            key = identity.rpartition("-")[2]
            self._controls[key] = Control(identity, kind, delta.fragment_id)
