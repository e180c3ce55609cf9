"""Asks for pages of the history, cold and warm, exports it, and prints tables."""

import itertools
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import rows

PROGRAM = os.path.abspath(".build/release/atelier")
KEY = "benchmark"
CONDITIONS = {
    "class": ["Sneaker", "Ankle boot"],
    "engine": ["onnx", "native"],
    "model_version": ["spring", "autumn"],
    "uncertain": ["false", "true"],
    "label": ["none", "any", "right", "wrong"],
    "min_confidence": ["0.9", "0.999999"],
    "filename": ["IMG", "rare", "nowhere"],
    "to": ["2026-06-15"],
}


class Server:
    """`atelier serve` on a home, stopped at the end."""

    def __init__(self, home):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = dict(
            os.environ, ATELIER_HOME=home, ATELIER_API_KEYS=f"{KEY}:admin", ATELIER_UI_PORT="0",
            REDIS_URL="redis://127.0.0.1:1")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--engines", "onnx", "--port", str(self.port)], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=1)
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise SystemExit("the server did not start")

    def get(self, path):
        """The answer, and the milliseconds that it took."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"X-API-Key": KEY})
        start = time.perf_counter()
        with urllib.request.urlopen(request, timeout=300) as response:
            body = response.read()
        return json.loads(body), (time.perf_counter() - start) * 1_000

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def forget(home):
    """Drops what the system has cached of the database."""
    for path in pathlib.Path(home).glob("atelier.db*"):
        descriptor = os.open(path, os.O_RDONLY)
        os.fdatasync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def filters():
    """Every condition alone, and every two together."""
    yield {}
    for name, values in CONDITIONS.items():
        for value in values:
            yield {name: value}
    for one, other in itertools.combinations(CONDITIONS, 2):
        for values in itertools.product(CONDITIONS[one], CONDITIONS[other]):
            yield dict(zip((one, other), values))


def measure(home, rounds):
    """Milliseconds of each filter, cold and warm; each cold page is asked of a connection that the server
    has open, so that its own cache is what it is in use."""
    times = {}
    with Server(home) as server:
        for _ in range(rounds):
            for condition in filters():
                path = "/predictions?" + urllib.parse.urlencode(condition)
                forget(home)
                page, cold = server.get(path)
                _, warm = server.get(path)
                key = urllib.parse.unquote_plus(path.split("?")[1]) or "no filter"
                entry = times.setdefault(key, ([], [], len(page["predictions"])))
                entry[0].append(cold)
                entry[1].append(warm)
    return times


def export(home, kind, count):
    """Exports the newest `count` rows: seconds, megabytes of memory at most, megabytes of the file."""
    start = rows.timestamp(rows.START + (TOTAL - count) * rows.STEP)
    output = os.path.join(home, "export." + kind)
    command = [
        "/usr/bin/env", "python3", "-c",
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
        PROGRAM, "history", "--export", kind, "--output", output, "--from", start]
    begin = time.perf_counter()
    result = subprocess.run(
        command, check=True, capture_output=True, text=True, env=dict(os.environ, ATELIER_HOME=home))
    seconds = time.perf_counter() - begin
    size = os.path.getsize(output)
    os.remove(output)
    return seconds, int(result.stdout) / 1_024, size / 1e6


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("HISTORY_FOLDER")) as home:
        Server(home).stop()
        begin = time.perf_counter()
        rows.fill(os.path.join(home, "atelier.db"), TOTAL)
        print(
            f"{TOTAL:,} rows made in {time.perf_counter() - begin:.0f} s: "
            f"{os.path.getsize(os.path.join(home, 'atelier.db')) / 1e9:.1f} GB", file=sys.stderr)
        times = measure(home, ROUNDS)
        print("| filter | rows | cold, ms: median (most) | warm, ms: median (most) |\n| --- | ---: | ---: | ---: |")
        order = sorted(times.items(), key=lambda item: -statistics.median(item[1][0]))
        for name, (cold, warm, count) in order[:12]:
            print(
                f"| `{name}` | {count} | {statistics.median(cold):.1f} ({max(cold):.1f}) "
                f"| {statistics.median(warm):.1f} ({max(warm):.1f}) |")
        colds = [statistics.median(cold) for cold, _, _ in times.values()]
        warms = [statistics.median(warm) for _, warm, _ in times.values()]
        for name, medians in [("Cold", colds), ("Warm", warms)]:
            print(
                f"\n{name}: of {len(medians)} filters the median page takes {statistics.median(medians):.1f} ms, the "
                f"slowest {max(medians):.1f} ms; {sum(value >= 20 for value in medians)} take 20 ms or more.")
        print("\n| export | rows | seconds | memory, MB | file, MB |\n| --- | ---: | ---: | ---: | ---: |")
        for kind, count in itertools.product(["csv", "xlsx"], [TOTAL // 50, min(TOTAL, 1_000_000)]):
            seconds, memory, size = export(home, kind, count)
            print(f"| {kind} | {count:,} | {seconds:.1f} | {memory:.0f} | {size:.0f} |")


TOTAL, ROUNDS = int(sys.argv[1]), int(sys.argv[2])
main()
