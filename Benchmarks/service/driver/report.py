"""The table of the figures."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

OURS = "atelier"
NATIVE = "atelier, native"
CEILING = "Hummingbird alone"


@dataclass(frozen=True)
class Quantity:
    name: str
    title: str
    decimals: int
    more_is_better: bool = False


QUANTITIES = [
    Quantity("requests_per_second", "requests/s", 0, more_is_better=True),
    Quantity("p50_ms", "p50, ms", 2),
    Quantity("p99_ms", "p99, ms", 2),
    Quantity("cpu_ms_per_request", "CPU ms a request", 3),
    Quantity("resident_mb", "resident, MB", 0),
    Quantity("start_ms", "start, ms", 0),
]

# Figures by server, then by round.
Figures = dict[str, list[dict[str, float]]]


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "CPU")
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, "
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load average before the run {load:.1f}"
    )


def table(title: str, figures: Figures, peers: list[str]) -> str:
    """Medians with their ranges, and how ours compares with the better peer in each."""
    rows = [["", *(quantity.title for quantity in QUANTITIES)]]
    for server, rounds in figures.items():
        rows.append([server, *(_cell(rounds, quantity) for quantity in QUANTITIES)])
    present = [peer for peer in peers if peer in figures]
    for ours in (OURS, NATIVE):
        if present and ours in figures:
            rows.append([f"{ours} better by", *_ratios(figures, ours, present)])
    rows.insert(1, ["---"] + ["---:"] * len(QUANTITIES))
    return f"### {title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _ratios(figures: Figures, ours: str, peers: list[str]) -> list[str]:
    """How many times better one server is than the better peer, in each quantity."""
    ratios = []
    for quantity in QUANTITIES:
        mine = middle(figures[ours], quantity.name)
        theirs = [middle(figures[peer], quantity.name) for peer in peers]
        ratio = mine / max(theirs) if quantity.more_is_better else min(theirs) / mine
        ratios.append(f"{ratio:.1f} times")
    return ratios


def ceiling_line(figures: Figures, inference_ms: float) -> str:
    """How close ours comes to the framework's own rate, after the inference is paid for."""
    alone = middle(figures[CEILING], "requests_per_second")
    left = 1 / (1 / alone + inference_ms / 1e3 / (os.cpu_count() or 1))
    ours = middle(figures[OURS], "requests_per_second")
    return (
        f"Hummingbird alone, less {inference_ms:.3f} ms of inference a request on "
        f"{os.cpu_count()} cores: {left:.0f} requests/s; atelier reaches {ours / left:.0%} of it."
    )


def middle(rounds: list[dict[str, float]], name: str) -> float:
    return median(figures[name] for figures in rounds)


def _cell(rounds: list[dict[str, float]], quantity: Quantity) -> str:
    values = [figures[quantity.name] for figures in rounds]
    low, high = (f"{value:.{quantity.decimals}f}" for value in (min(values), max(values)))
    text = f"{median(values):.{quantity.decimals}f}"
    return text if len(values) == 1 else f"{text} ({low}-{high})"
