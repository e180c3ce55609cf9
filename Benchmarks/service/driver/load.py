"""Load on a server, and the checks that what it answers is right and stored."""

import http.client
import json
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .pictures import Workload, boundary
from .servers import RunningServer

CONNECTIONS = 16
CHECKED_REQUESTS = 8  # of each connection
SCRIPT = Path(__file__).resolve().parents[1] / "post.lua"


class Wrong(Exception):
    """A server answered or stored something else than it should."""


def measure(server: RunningServer, workload: Workload, seconds: int) -> dict[str, float]:
    """Warms the server up, drives it for some seconds, and returns the figures."""
    checked = check_answers(server, workload)
    warm_up = drive(server, workload, max(1, seconds // 4))
    figures = observe(server, workload, seconds)
    if server.server.database:
        _check_rows(server, workload, checked, [warm_up, figures])
    return figures


def observe(
    server: RunningServer, workload: Workload, seconds: int, connections: int = CONNECTIONS,
    pause_ms: float | None = None,
) -> dict[str, float]:
    """Drives a server as `drive` does, and returns what it did and took."""
    before = server.usage()
    load = drive(server, workload, seconds, connections, pause_ms)
    after = server.usage()
    return {
        "requests": load["requests"],
        "requests_per_second": load["requests"] / load["microseconds"] * 1e6,
        "p50_ms": load["p50"] / 1e3,
        "p99_ms": load["p99"] / 1e3,
        "cpu_ms_per_request": (after.cpu_seconds - before.cpu_seconds) / load["requests"] * 1e3,
        "resident_mb": after.resident_bytes / 1e6,
    }


def drive(
    server: RunningServer, workload: Workload, seconds: int, connections: int = CONNECTIONS,
    pause_ms: float | None = None,
) -> dict[str, float]:
    """Drives a server with wrk; each connection may pause before its requests."""
    mark = boundary()
    with tempfile.NamedTemporaryFile() as body:
        body.write(workload.form(mark))
        body.flush()
        output = subprocess.run(
            [
                *("wrk", "--threads", "1", "--connections", str(connections)),
                *("--duration", f"{seconds}s", "--timeout", "30s", "--script", str(SCRIPT)),
                f"http://127.0.0.1:{server.port}{server.server.path}{workload.query}",
                *("--", body.name, mark, server.key),
                *([f"{pause_ms:.3f}"] if pause_ms else []),
            ],
            capture_output=True, text=True, check=True, timeout=seconds + 60,
        ).stdout
    figures = json.loads(output.splitlines()[-1])
    if figures["bad_status"] or figures["failed"] or not figures["requests"]:
        raise Wrong(f"{server.server.name} failed under load: {figures}")
    return figures


def check_answers(server: RunningServer, workload: Workload) -> dict[str, str]:
    """Checks some answers, and that each is stored when it arrives.

    Returns the class by the identity of each answer.
    """

    def post_some(_: int) -> list[dict]:
        mark = boundary()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        answers = []
        for _ in range(CHECKED_REQUESTS):
            connection.request(
                "POST", server.server.path + workload.query, workload.form(mark),
                {"Content-Type": f"multipart/form-data; boundary={mark}", "X-API-Key": server.key},
            )
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise Wrong(f"{server.server.name} answered {response.status}: {body[:500]!r}")
            answers.append(json.loads(body))
        connection.close()
        return answers

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        answers = [a for some in threads.map(post_some, range(CONNECTIONS)) for a in some]
    classes = {answer["class"] for answer in answers}
    if server.server.database is None:
        return {}
    if len(classes) != 1 or workload.expected_class not in (None, *classes):
        raise Wrong(f"{server.server.name} saw {classes} in {workload.title}")
    by_id = {answer["id"]: answer["class"] for answer in answers}
    stored = dict(
        server.rows("SELECT id, predicted_class FROM predictions WHERE filename = ?", workload.filename)
    )
    if stored != by_id:
        raise Wrong(
            f"{server.server.name} answered {len(by_id)} requests and stored {len(stored)} records"
        )
    return by_id


def _check_rows(
    server: RunningServer, workload: Workload, checked: dict[str, str], loads: list[dict[str, float]]
) -> None:
    """Checks that all answered requests are stored, and nothing else.

    wrk ends without waiting for answers that are under way, so that each of its connections may have
    one record more than it counted.
    """
    counts = dict(
        server.rows(
            "SELECT predicted_class, COUNT(*) FROM predictions WHERE filename = ? GROUP BY 1",
            workload.filename,
        )
    )
    answered = len(checked) + sum(int(load["requests"]) for load in loads)
    stored = sum(counts.values())
    if not answered <= stored <= answered + CONNECTIONS * len(loads):
        raise Wrong(f"{server.server.name} answered {answered} requests and stored {stored}")
    if set(counts) != set(checked.values()):
        raise Wrong(f"{server.server.name} stored other classes under load: {counts}")
