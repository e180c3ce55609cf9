"""Counts the allocations of requests; see run."""

import argparse
import dataclasses
import http.client
import json
import mmap
import struct
import sys
import tempfile
from pathlib import Path

from driver.pictures import Workload, boundary, workloads
from driver.servers import RunningServer, Server, running, servers

THRESHOLDS = Path(__file__).with_name("thresholds.json")
SERVERS = ["atelier", "atelier, native"]
WARM_UP = 200
REQUESTS = 1000


class Counts:
    """The counts of a program that runs with the library preloaded."""

    def __init__(self) -> None:
        self.file = tempfile.NamedTemporaryFile()
        self.file.truncate(mmap.PAGESIZE)
        self.memory = mmap.mmap(self.file.fileno(), mmap.PAGESIZE)

    def read(self) -> tuple[int, int]:
        """Allocations, and their bytes."""
        return struct.unpack_from("=QQ", self.memory)


def counted(server: Server, library: str, counts: Counts) -> Server:
    environment = server.environment | {
        "LD_PRELOAD": library, "ALLOCATION_COUNTS": counts.file.name,
    }
    return dataclasses.replace(server, environment=environment)


def measure(server: RunningServer, workload: Workload, counts: Counts) -> tuple[float, float]:
    """Allocations and bytes a request, of requests that follow each other on one connection."""
    mark = boundary()
    body = workload.form(mark)
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "X-API-Key": server.key}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def post() -> None:
        connection.request("POST", server.server.path + workload.query, body, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise SystemExit(f"the service answered {response.status}: {answer[:500]!r}")

    for _ in range(WARM_UP):
        post()
    before = counts.read()
    for _ in range(REQUESTS):
        post()
    after = counts.read()
    connection.close()
    return (after[0] - before[0]) / REQUESTS, (after[1] - before[1]) / REQUESTS


def main() -> None:
    parser = argparse.ArgumentParser(prog="Benchmarks/allocations/run")
    parser.add_argument("library")
    parser.add_argument("--update", action="store_true", help="make what is counted the thresholds")
    options = parser.parse_args()
    thresholds = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}
    measured: dict[str, dict[str, int]] = {}
    failed = False
    print("| request | server | allocations | bytes | threshold |")
    print("| --- | --- | ---: | ---: | ---: |")
    for kind in servers():
        if kind.name not in SERVERS:
            continue
        counts = Counts()
        with running(counted(kind, options.library, counts), "") as server:
            for workload in workloads():
                allocations, size = measure(server, workload, counts)
                limit = thresholds.get(workload.title, {}).get(kind.name)
                measured.setdefault(workload.title, {})[kind.name] = round(allocations * 1.01)
                print(
                    f"| {workload.title} | {kind.name} | {allocations:.1f} | {size:,.0f} "
                    f"| {limit if limit is not None else ''} |"
                )
                failed |= limit is None or allocations > limit
    if options.update:
        THRESHOLDS.write_text(json.dumps(measured, indent=2) + "\n")
    elif failed:
        sys.exit("run: a request takes more allocations than its threshold; see thresholds.json")


if __name__ == "__main__":
    main()
