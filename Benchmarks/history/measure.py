"""Asks for pages of the history, cold and warm, exports it, and prints tables."""

import contextlib
import itertools
import json
import os
import pathlib
import random
import socket
import sqlite3
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


def zone_count(home):
    """How many zones there are by now."""
    query = "SELECT count(*) FROM prediction_zones"
    if POSTGRESQL:
        command = ["psql", POSTGRESQL, "--no-psqlrc", "--tuples-only", "--command", query]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    database = sqlite3.connect(os.path.join(home, "atelier.db"))
    with contextlib.closing(database):
        return database.execute(query).fetchone()[0]


def wait_for_zones(home):
    """Waits until the server has summed up what is new to it: seconds, zones."""
    begin = time.perf_counter()
    before, count = -1, 0
    while count != before:
        time.sleep(2)
        before, count = count, zone_count(home)
    return time.perf_counter() - begin - 2, count


def filters():
    """Every condition alone, every two together, and a hundred times three to all of them."""
    yield {}
    for name, values in CONDITIONS.items():
        for value in values:
            yield {name: value}
    for one, other in itertools.combinations(CONDITIONS, 2):
        for values in itertools.product(CONDITIONS[one], CONDITIONS[other]):
            yield dict(zip((one, other), values))
    chance = random.Random(11)
    for _ in range(100):
        names = chance.sample(sorted(CONDITIONS), chance.randint(3, len(CONDITIONS)))
        yield {name: chance.choice(CONDITIONS[name]) for name in names}


class Times:
    """Milliseconds that the pages of a filter took, and what was on the first of them."""

    def __init__(self):
        self.page, self.cold, self.warm, self.next = None, [], [], []

    @property
    def count(self):
        return len(self.page["predictions"])

    @property
    def is_short(self):
        return self.page["next_cursor"] is not None and self.count < LIMIT

    def kinds(self):
        return [("first page, warm", self.warm), ("next page, warm", self.next), ("first page, cold", self.cold)]


def measure(home, rounds):
    """The times of each filter: warm, after three requests for the same page, which may each come further than the
    one before; then cold, of a connection that the server has open, so that its own cache is what it is in use."""
    times = {}
    with Server(home) as server:
        print("zones made in {:.0f} s: {:,}".format(*wait_for_zones(home)), file=sys.stderr)
        paths = {
            urllib.parse.unquote_plus(urllib.parse.urlencode(condition)) or "no filter":
                "/predictions?" + urllib.parse.urlencode(condition | {"limit": LIMIT})
            for condition in filters()
        }
        for turn in range(rounds):
            for name, path in paths.items():
                entry = times.setdefault(name, Times())
                for _ in range(3 if turn == 0 else 1):
                    server.get(path)
                entry.page, taken = server.get(path)
                entry.warm.append(taken)
                if entry.page["next_cursor"]:
                    following = path + "&cursor=" + entry.page["next_cursor"]
                    for _ in range(3 if turn == 0 else 1):
                        server.get(following)
                    entry.next.append(server.get(following)[1])
        for _ in range(0 if POSTGRESQL else rounds):
            for name, path in paths.items():
                forget(home)
                times[name].cold.append(server.get(path)[1])
    return times


def describe(values):
    return f"{statistics.median(values):.1f} ({max(values):.1f})" if values else "–"


def report(times):
    print("| filter | rows | " + " | ".join(name for name, _ in next(iter(times.values())).kinds()) + " |")
    print("| --- | ---: | ---: | ---: | ---: |")
    order = sorted(times.items(), key=lambda item: -statistics.median(item[1].warm))
    for name, entry in order[:12]:
        cells = " | ".join(describe(values) for _, values in entry.kinds())
        print(f"| `{name}` | {entry.count} | {cells} |")
    for place, (name, _) in enumerate(next(iter(times.values())).kinds()):
        medians = [
            statistics.median(values) for entry in times.values() for values in [entry.kinds()[place][1]] if values]
        if not medians:
            continue
        print(
            f"\n{name}: of {len(medians)} filters the median takes {statistics.median(medians):.1f} ms, the "
            f"slowest {max(medians):.1f} ms; {sum(value >= 20 for value in medians)} take 20 ms or more.")
    short = [name for name, entry in times.items() if entry.is_short]
    print(f"\nOn {len(short)} first pages there are fewer than {LIMIT} although others may follow.")


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


@contextlib.contextmanager
def filled():
    """A home with the rows: that of HISTORY_HOME, which is kept for the next time, or one for this time."""
    kept = os.environ.get("HISTORY_HOME")
    with contextlib.nullcontext(kept) if kept else tempfile.TemporaryDirectory() as home:
        os.makedirs(home, exist_ok=True)
        file = os.path.join(home, "atelier.db")
        if not os.path.exists(file):
            Server(home).stop()
            begin = time.perf_counter()
            rows.fill(file, TOTAL)
            print(f"{TOTAL:,} rows made in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        print(f"the database has {os.path.getsize(file) / 1e9:.2f} GB", file=sys.stderr)
        yield home


def main():
    if POSTGRESQL:
        with tempfile.TemporaryDirectory() as home:
            report(measure(home, ROUNDS))
        return
    with filled() as home:
        times = measure(home, ROUNDS)
        report(times)
        print("\n| export | rows | seconds | memory, MB | file, MB |\n| --- | ---: | ---: | ---: | ---: |")
        for kind, count in itertools.product(["csv", "xlsx"], [TOTAL // 50, min(TOTAL, 1_000_000)]):
            seconds, memory, size = export(home, kind, count)
            print(f"| {kind} | {count:,} | {seconds:.1f} | {memory:.0f} | {size:.0f} |")


TOTAL, ROUNDS = int(sys.argv[1]), int(sys.argv[2])
LIMIT = 50
POSTGRESQL = os.environ.get("DATABASE_URL")
main()
