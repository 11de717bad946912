"""A small Hugging Face hub of data sets on localhost, which can stumble on purpose."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlparse

COMMIT = "c" * 40


class FakeHub(ThreadingHTTPServer):
    """The hub's three answers: what a repository holds, a file's facts, and the file."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.announced: dict[str, str] = {}  # file -> a sha256 that is not its own
        self.cut_short: set[str] = set()  # files whose next transfer breaks off in the middle
        self.ranges: list[str] = []  # the Range headers that came
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Answer(BaseHTTPRequestHandler):
    server: FakeHub

    def log_message(self, *_): ...

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        path = unquote(urlparse(self.path).path)
        if path.startswith("/api/datasets/"):
            return self.describe(path.removeprefix("/api/datasets/"))
        repository, _, rest = path.removeprefix("/datasets/").partition("/resolve/")
        file = rest.partition("/")[2]
        content = self.server.repositories.get(repository, {}).get(file)
        return self.missing() if content is None else self.give(file, content)

    def describe(self, repository: str):
        held = self.server.repositories.get(repository)
        if held is None:
            return self.missing()
        siblings = [
            {"rfilename": name, "size": len(content), "lfs": self.facts(name, content)}
            for name, content in held.items()
        ]
        record = {"id": repository, "sha": COMMIT, "siblings": siblings}
        return self.send(200, json.dumps(record).encode())

    def facts(self, name: str, content: bytes) -> dict:
        sha256 = self.server.announced.get(name, hashlib.sha256(content).hexdigest())
        return {"sha256": sha256, "size": len(content), "pointerSize": 1}

    def missing(self):
        self.send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def give(self, file: str, content: bytes):
        etag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = {"ETag": etag, "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        if self.command == "GET" and (wanted := self.headers.get("Range")):
            self.server.ranges.append(wanted)
            first = int(wanted.removeprefix("bytes=").split("-")[0])
            span = f"bytes {first}-{len(content) - 1}/{len(content)}"
            self.send(206, content[first:], headers | {"Content-Range": span})
        elif self.command == "GET" and file in self.server.cut_short:
            self.server.cut_short.discard(file)
            self.send(200, content, headers, n_sent=len(content) // 2)
        else:
            self.send(200, content, headers)

    def send(self, status: int, content: bytes, headers=(), *, n_sent: int | None = None):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content[:n_sent])
