"""The servers that are compared: how each is started, asked whether it is ready, and stopped."""

import http.client
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from . import processes

ROOT = Path(__file__).resolve().parents[3]
MODEL = ROOT / "models" / "fashion-cnn-20261126"
START_LIMIT = 60.0
STOP_LIMIT = 15.0


@dataclass(frozen=True)
class Server:
    """A kind of server. Words in braces, such as `{port}`, are filled in at its start."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    database: str | None
    path: str = "/predict-onnx"
    is_peer: bool = False


# What an answered prediction survives, in SQLite's words.
SYNCHRONOUS = {"power": "FULL", "process": "NORMAL"}


def servers(durability: str = "power") -> list[Server]:
    """All servers, with databases that survive the loss of power or of the process only."""
    program = str(ROOT / ".build/release/atelier")
    environment = {
        "ATELIER_HOME": "{home}", "ATELIER_API_KEYS": "{key}:predict",
        "ATELIER_DURABILITY": durability, "ATELIER_UI_PORT": "0",
        "ATELIER_GRPC_PORT": "0",
    }
    return [
        Server(
            "atelier",
            (program, "serve", "--port", "{port}", "--engines", "onnx", "--model", MODEL.name),
            environment,
            "atelier.db",
        ),
        Server(
            "atelier, all engines",
            (program, "serve", "--port", "{port}", "--model", MODEL.name),
            environment,
            "atelier.db",
        ),
        Server(
            "atelier, native",
            (program, "serve", "--port", "{port}", "--engines", "native", "--model", MODEL.name),
            environment,
            "atelier.db",
            path="/predict-native",
        ),
        *(_peer(workers, SYNCHRONOUS[durability]) for workers in (1, 2)),
        Server(
            "Hummingbird alone",
            (str(ROOT / ".build-ceiling/release/ceiling"), "{port}"),
            {},
            None,
        ),
    ]


def _peer(workers: int, synchronous: str) -> Server:
    return Server(
        f"Python, {workers} worker{'s' if workers > 1 else ''}",
        (
            *(sys.executable, "-m", "uvicorn", "garments.app:app"),
            *("--app-dir", str(ROOT / "Benchmarks/service/peer"), "--port", "{port}"),
            *("--loop", "uvloop", "--http", "httptools", "--no-access-log"),
            *("--workers", str(workers)),
        ),
        {
            "API_KEYS": "{key}:predict", "MODEL": str(MODEL), "DATABASE": "{home}/peer.db",
            "SYNCHRONOUS": synchronous,
        },
        "peer.db",
        is_peer=True,
    )


class RunningServer:
    """A server that answers, in a home of its own."""

    def __init__(self, server: Server, redis_url: str) -> None:
        self.server = server
        self.port = free_port()
        self.key = secrets.token_urlsafe(24)
        self.home = Path(tempfile.mkdtemp(prefix="atelier-benchmark-"))
        values = {"port": str(self.port), "home": str(self.home), "key": self.key}
        environment = {k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "PYTHONPATH")}
        environment |= {k: v.format_map(values) for k, v in server.environment.items()}
        if redis_url:
            environment["REDIS_URL"] = redis_url
        with (self.home / "output.log").open("wb") as log:
            start = time.perf_counter()
            self.process = subprocess.Popen(
                [word.format_map(values) for word in server.command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self.home,
            )
        try:
            self._wait_until_ready(start + START_LIMIT)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.perf_counter() - start

    def _wait_until_ready(self, deadline: float) -> None:
        while time.perf_counter() < deadline:
            if self.process.poll() is not None:
                break
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/health/ready")
                if connection.getresponse().status == 200:
                    return
            connection.close()
            time.sleep(0.002)
        log = (self.home / "output.log").read_text(errors="replace")
        raise RuntimeError(f"{self.server.name} did not start; it says:\n{log[-2000:]}")

    def usage(self) -> processes.Usage:
        return processes.usage(self.process.pid)

    def rows(self, sql: str, *parameters: object) -> list[tuple]:
        """What its database has now, as another process sees it."""
        database = sqlite3.connect(self.home / str(self.server.database), timeout=10)
        try:
            return database.execute(sql, parameters).fetchall()
        finally:
            database.close()

    def stop(self) -> None:
        pids = processes.tree(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.home)


@contextmanager
def running(server: Server, redis_url: str) -> Iterator[RunningServer]:
    instance = RunningServer(server, redis_url)
    try:
        yield instance
    finally:
        instance.stop()


@contextmanager
def redis_server(is_wanted: bool) -> Iterator[str]:
    """The address of a Redis server of our own, or nothing."""
    if not is_wanted:
        yield ""
        return
    port = free_port()
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.perf_counter() + START_LIMIT
        while time.perf_counter() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.01)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(STOP_LIMIT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
