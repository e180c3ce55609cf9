"""Keeps a server under load for long, and looks for what grows; see run."""

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import median

from driver import load, report
from driver.pictures import Workload, workloads
from driver.servers import RunningServer, running, servers

CONNECTIONS = 64
CAPACITY_SECONDS = 10
# How much later windows may differ from the first ones.
MEMORY_GROWTH = 1.05
MEMORY_SPARE_MB = 4
LATENCY_GROWTH = 1.25


def thirds(windows: list[dict[str, float]], name: str) -> tuple[float, float]:
    """The medians of the first and of the last third."""
    count = max(1, len(windows) // 3)
    return (
        median(figures[name] for figures in windows[:count]),
        median(figures[name] for figures in windows[-count:]),
    )


def check_rows(server: RunningServer, workload: Workload, answered: int, runs: int) -> str:
    [(stored,)] = server.rows(
        "SELECT COUNT(*) FROM predictions WHERE filename = ?", workload.filename
    )
    # wrk gives up the answers under way at the end of each run.
    if not answered <= stored <= answered + CONNECTIONS * runs:
        return f"{answered} predictions were answered and {stored} stored"
    return ""


def soak(server: RunningServer, workload: Workload, options: argparse.Namespace) -> list[str]:
    """Prints the windows as they end, and returns what is wrong."""
    capacity_load = load.drive(server, workload, CAPACITY_SECONDS, CONNECTIONS)
    capacity = capacity_load["requests"] / capacity_load["microseconds"] * 1e6
    target = capacity * options.share
    print(
        f"{report.machine()}; {server.server.name}, {workload.title}; {CONNECTIONS} connections; "
        f"capacity {capacity:.0f} requests/s, of which {options.share:.0%} are {target:.0f}.\n"
    )
    print("| minute | requests/s | p50, ms | p99, ms | CPU ms a request | resident, MB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    answered = int(capacity_load["requests"])
    windows: list[dict[str, float]] = []
    latency_ms = 1.0
    start = time.monotonic()
    while time.monotonic() - start < options.minutes * 60:
        # A connection's time for a request is its pause and the latency.
        pause_ms = max(0.5, CONNECTIONS / target * 1e3 - latency_ms)
        figures = load.observe(server, workload, options.window, CONNECTIONS, pause_ms)
        latency_ms = CONNECTIONS / figures["requests_per_second"] * 1e3 - pause_ms
        answered += int(figures["requests"])
        windows.append(figures)
        print(
            f"| {(time.monotonic() - start) / 60:.1f} | {figures['requests_per_second']:.0f} "
            f"| {figures['p50_ms']:.2f} | {figures['p99_ms']:.2f} | {figures['cpu_ms_per_request']:.3f} "
            f"| {figures['resident_mb']:.1f} |",
            flush=True,
        )
    if options.json:
        options.json.write_text(json.dumps({"capacity": capacity, "windows": windows}, indent=2))
    return _faults(windows) + [
        fault for fault in [check_rows(server, workload, answered, len(windows) + 1)] if fault
    ]


def _faults(windows: list[dict[str, float]]) -> list[str]:
    # In the first one the pace is found.
    steady = windows[1:]
    first_memory, last_memory = thirds(steady, "resident_mb")
    first_p99, last_p99 = thirds(steady, "p99_ms")
    print(
        f"\nFirst and last third: resident {first_memory:.1f} and {last_memory:.1f} MB, "
        f"p99 {first_p99:.2f} and {last_p99:.2f} ms."
    )
    faults = []
    if last_memory > first_memory * MEMORY_GROWTH + MEMORY_SPARE_MB:
        faults.append(f"memory grew from {first_memory:.1f} to {last_memory:.1f} MB")
    if last_p99 > first_p99 * LATENCY_GROWTH:
        faults.append(f"p99 grew from {first_p99:.2f} to {last_p99:.2f} ms")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(prog="Benchmarks/soak/run")
    parser.add_argument("--minutes", type=float, default=60, help="how long (default 60)")
    parser.add_argument("--share", type=float, default=0.7, help="of the capacity (default 0.7)")
    parser.add_argument("--window", type=int, default=20, help="seconds of a line (default 20)")
    parser.add_argument(
        "--server", choices=[kind.name for kind in servers()], default=report.NATIVE
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw figures")
    options = parser.parse_args()
    if options.minutes * 60 < 4 * options.window:
        parser.error("there have to be at least four windows")
    [kind] = [kind for kind in servers() if kind.name == options.server]
    with running(kind, "") as server:
        faults = soak(server, workloads()[0], options)
    for fault in faults:
        print(f"run: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
