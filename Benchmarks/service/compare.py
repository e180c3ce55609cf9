#!/usr/bin/python3
"""Measures Atelier and its peer in turn on this machine, and prints a table with ratios.

    Benchmarks/service/compare.py [--rounds 3] [--seconds 10] [--connections 16]

Needs wrk (apt-get install wrk), a release build (swift build -c release --product atelier), and makes a
virtual environment for the peer. Both store each prediction before they answer, and log each request.
The peer runs with one and with two workers; the one with more requests a second counts.
"""

import argparse
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = pathlib.Path(
    os.environ.get("ATELIER_CACHE") or os.path.expanduser("~/.cache/atelier")) / "service-peer"
TICKS = os.sysconf("SC_CLK_TCK")
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 60e3}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def peer_python():
    python = CACHE / "bin" / "python"
    requirements = HERE / "peer" / "requirements.txt"
    installed = CACHE / "installed.txt"
    if not installed.exists() or installed.read_text() != requirements.read_text():
        shutil.rmtree(CACHE, ignore_errors=True)
        subprocess.run(["/usr/bin/python3", "-m", "venv", CACHE], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--requirement", requirements], check=True)
        installed.write_text(requirements.read_text())
    return python


def family(pid):
    """A process and its descendants."""
    children = subprocess.run(
        ["ps", "--no-headers", "-o", "pid", "--ppid", str(pid)], capture_output=True, text=True)
    return [pid] + [one for child in children.stdout.split() for one in family(int(child))]


def cpu_seconds(pid):
    total = 0
    for one in family(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory(pid):
    """Proportional resident memory in MiB: what is shared between workers counts once."""
    total = 0
    for one in family(pid):
        text = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))
    return total / 1024


class Server:
    def __init__(self, name, command, environment, path):
        self.name, self.command, self.environment, self.path = name, command, environment, path

    def measure(self, picture, connections, seconds):
        with tempfile.TemporaryDirectory(dir=ROOT) as folder:
            port = free_port()
            command = [part.replace("PORT", str(port)) for part in self.command]
            environment = {
                **os.environ,
                **{name: value.replace("FOLDER", folder) for name, value in self.environment.items()}}
            with open(folder + "/output", "w") as output:
                start = time.monotonic()
                process = subprocess.Popen(
                    command, env=environment, stdout=output, stderr=output, cwd=HERE / "peer")
                try:
                    self.wait(port, process, folder)
                    started = time.monotonic() - start
                    return self.load(port, process, picture, connections, seconds, started, lambda: open(folder + "/output").read())
                finally:
                    process.terminate()
                    process.wait(30)

    def wait(self, port, process, folder):
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).read()
                return
            except (urllib.error.URLError, ConnectionError):
                if process.poll() is not None:
                    sys.exit(f"{self.name} did not start:\n{open(folder + '/output').read()}")
                time.sleep(0.005)

    def load(self, port, process, picture, connections, seconds, started, output):
        url = f"http://127.0.0.1:{port}{self.path}"

        def wrk(duration):
            return subprocess.run(
                ["wrk", "-t1", f"-c{connections}", f"-d{duration}s", "--timeout", "10s", "--latency",
                 "-s", HERE / "upload.lua", url],
                env={**os.environ, "PICTURE": str(picture)}, capture_output=True, text=True,
                check=True).stdout

        wrk(2)
        before = cpu_seconds(process.pid)
        text = wrk(seconds)
        spent = cpu_seconds(process.pid) - before
        if "Non-2xx" in text or "Socket errors" in text:
            sys.exit(f"{self.name} did not answer every request:\n{text}\n{output()}")
        requests = int(re.search(r"(\d+) requests in", text).group(1))

        def latency(share):
            value, unit = re.search(rf"{share}%\s+([\d.]+)(\w+)", text).groups()
            return float(value) * UNITS[unit]

        return {
            "requests/s": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
            "p50 ms": latency(50), "p99 ms": latency(99),
            "CPU ms a request": spent / requests * 1000,
            "memory MiB": memory(process.pid), "start s": started,
        }


def servers(python, synchronous):
    model = next((ROOT / "models").glob("*/model.onnx"))
    atelier = Server(
        "Atelier",
        [str(ROOT / ".build/release/atelier"), "serve", "--port", "PORT", "--engines", "onnx"],
        {"ATELIER_HOME": "FOLDER", "ATELIER_API_KEYS": "123456:predict",
         "REDIS_URL": os.environ.get("REDIS_URL", "")},
        "/predict-onnx?preprocess=classic")
    peers = [
        Server(
            f"peer, {workers} worker(s)",
            [str(python), "-m", "uvicorn", "app:app", "--port", "PORT", "--workers", str(workers),
             "--no-access-log", "--log-level", "warning"],
            {"PEER_MODEL": str(model), "PEER_DATABASE": "FOLDER/peer.db", "PEER_LOG": "FOLDER/app.log",
             "PEER_SYNCHRONOUS": synchronous, "OMP_NUM_THREADS": "1"},
            "/predict-onnx")
        for workers in (1, 2)]
    return [atelier] + peers


def pictures(python, folder):
    """A picture of the test set as PNG, and a seeded photograph-like JPEG of 640x480."""
    script = """
import gzip, numpy, sys
from PIL import Image
data = gzip.open('/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz').read()[16:16 + 784]
Image.fromarray(numpy.frombuffer(data, numpy.uint8).reshape(28, 28)).save(sys.argv[1] + '/28x28.png')
noise = numpy.random.default_rng(1).integers(0, 256, (15, 20, 3), numpy.uint8)
Image.fromarray(noise).resize((640, 480), Image.BICUBIC).save(sys.argv[1] + '/640x480.jpg', quality=90)
"""
    subprocess.run([python, "-c", script, folder], check=True)
    return [pathlib.Path(folder) / name for name in ("28x28.png", "640x480.jpg")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument(
        "--peer-synchronous", choices=["FULL", "NORMAL"], default="FULL",
        help="whether the peer's records survive a loss of power, as Atelier's do")
    options = parser.parse_args()
    python = peer_python()
    with tempfile.TemporaryDirectory() as folder:
        for picture in pictures(python, folder):
            rounds = {}
            for _ in range(options.rounds):
                for server in servers(python, options.peer_synchronous):
                    rounds.setdefault(server.name, []).append(
                        server.measure(picture, options.connections, options.seconds))
            medians = {
                name: {key: statistics.median(one[key] for one in results) for key in results[0]}
                for name, results in rounds.items()}
            report(picture.name, medians)


def report(picture, medians):
    atelier = medians.pop("Atelier")
    name, peer = max(medians.items(), key=lambda item: item[1]["requests/s"])
    print(f"\n{picture}")
    print(f"{'':18}{'Atelier':>12}{name:>20}{'Atelier / peer':>16}")
    for key in atelier:
        print(f"{key:18}{atelier[key]:12.3f}{peer[key]:20.3f}{atelier[key] / peer[key]:16.3f}")


if __name__ == "__main__":
    main()
