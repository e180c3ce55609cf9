"""Runs the comparison; see ../run."""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from . import load, report
from .pictures import workloads
from .servers import ROOT, redis_server, running, servers


def main() -> None:
    options = _options()
    kinds = [kind for kind in servers(options.durability) if not options.only or kind.name in options.only]
    requests = workloads()
    figures: dict[str, report.Figures] = {workload.title: {} for workload in requests}
    description = report.machine()
    with redis_server(options.redis) as redis_url:
        for number in range(1, options.rounds + 1):
            for kind in kinds:
                _say(f"round {number} of {options.rounds}: {kind.name}")
                with running(kind, redis_url) as server:
                    for workload in requests:
                        if kind.is_peer and not workload.peers_take_part:
                            continue
                        result = load.measure(server, workload, options.seconds)
                        result["start_ms"] = server.start_seconds * 1e3
                        figures[workload.title].setdefault(kind.name, []).append(result)
    _print(figures, description, options)
    if options.json:
        options.json.write_text(json.dumps({"machine": description, "figures": figures}, indent=2))


def _print(
    figures: dict[str, report.Figures], description: str, options: argparse.Namespace
) -> None:
    peers = [kind.name for kind in servers() if kind.is_peer]
    print(
        f"{description}; {load.CONNECTIONS} connections, {options.rounds} rounds of "
        f"{options.seconds} s, {'with' if options.redis else 'without'} Redis, "
        f"durability {options.durability}; "
        "medians (lowest-highest).\n"
    )
    for title, by_server in figures.items():
        print(report.table(title, by_server, peers), end="\n\n")
    small = next(iter(figures.values()))
    if report.OURS in small and report.CEILING in small:
        print(report.ceiling_line(small, _inference_ms()))


def _inference_ms() -> float:
    """The time ONNX Runtime takes for one picture, called directly."""
    output = subprocess.run(
        [
            str(ROOT / ".build/release/atelier"),
            *("benchmark", "--engines", "onnx", "--iterations", "2000", "--json"),
        ],
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout
    return json.loads(output)["engines"][0]["median_ms"]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Benchmarks/service/run")
    parser.add_argument("--quick", action="store_true", help="one short round, as a check")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, each of all servers")
    parser.add_argument("--seconds", type=int, default=8, help="load on a server with a picture")
    parser.add_argument("--redis", action="store_true", help="count in a Redis server, too")
    parser.add_argument(
        "--durability", choices=["power", "process"], default="power",
        help="what an answered prediction survives, in ours and in the peer",
    )
    parser.add_argument("--only", action="append", metavar="SERVER", help="of these servers only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw figures")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 2
    return options


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
