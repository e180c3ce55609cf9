"""Times the peer, the command and the service in turns, checks that they agree, and prints a table."""

import collections
import gzip
import io
import json
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile

import numpy
from PIL import Image

import one_by_one

PROGRAM = ".build/release/atelier"
ENGINE = sys.argv[2] if len(sys.argv) > 2 else "onnx"
IMAGES = "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz"
KEY = "benchmark"
# Roundings decide about pictures whose best two classes are as likely.
IS_INT8 = ENGINE == "native" and os.environ.get("ATELIER_NATIVE_PRECISION") == "int8"


def write_archive(path):
    pictures = numpy.frombuffer(gzip.open(IMAGES).read(), numpy.uint8, offset=16).reshape(-1, 28, 28)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for index, picture in enumerate(pictures):
            file = io.BytesIO()
            Image.fromarray(picture).save(file, "PNG")
            archive.writestr(f"{index:05}.png", file.getvalue())


def script_classes(path, model):
    """The peer as a program of its own, which has to start as `atelier classify` has to."""
    result = subprocess.run(
        [sys.executable, "-B", one_by_one.__file__, path, model], check=True, capture_output=True, text=True)
    return [json.loads(line)["class"] for line in result.stdout.splitlines()]


def command_classes(path):
    precision = "int8" if IS_INT8 else "float32"
    result = subprocess.run(
        [PROGRAM, "classify", path, "--engine", ENGINE, "--native-precision", precision, "--top", "1", "--json",
         "--store", "models"],
        check=True, capture_output=True)
    return [json.loads(line)["class"] for line in result.stdout.splitlines()]


def service_classes(path, port):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/predict-batch?top_k=1&engine={ENGINE}", data=pathlib.Path(path).read_bytes(),
        headers={
            "X-API-Key": KEY, "Content-Type": "application/zip", "Accept": "application/x-ndjson"})
    with urllib.request.urlopen(request, timeout=300) as response:
        lines = response.read().splitlines()
    return [json.loads(line)["class"] for line in lines[:-1]]


def start_service(home):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = dict(os.environ, ATELIER_HOME=home, ATELIER_API_KEYS=f"{KEY}:predict", ATELIER_UI_PORT="0", ATELIER_GRPC_PORT="0")
    process = subprocess.Popen(
        [PROGRAM, "serve", "--engines", ENGINE, "--port", str(port)], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=1)
            return process, port
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise SystemExit("the service did not start")


def memory(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0


def main():
    rounds = int(sys.argv[1])
    manifests = pathlib.Path("models")
    model = manifests / (manifests / "current").read_text().strip() / "model.onnx"
    times = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/pictures.zip"
        write_archive(path)
        process, port = start_service(folder)
        try:
            peaks = []
            for _ in range(rounds):
                answers = {}
                for name, classify in [
                    ("Python, one by one", lambda: one_by_one.classes(path, str(model))),
                    ("Python, with its start", lambda: script_classes(path, str(model))),
                    ("atelier classify", lambda: command_classes(path)),
                    ("POST /predict-batch", lambda: service_classes(path, port)),
                ]:
                    start = time.perf_counter()
                    answers[name] = classify()
                    times[name].append(time.perf_counter() - start)
                peaks.append(memory(process))
                reference = answers["Python, one by one"]
                differing = [
                    sum(mine != theirs for mine, theirs in zip(classes, reference, strict=True))
                    for classes in answers.values()]
                assert max(differing) == 0 or IS_INT8, "they do not agree"
        finally:
            process.terminate()
            process.wait(timeout=30)
    count = len(next(iter(answers.values())))
    peer = statistics.median(times["Python, one by one"])
    print("| | pictures/s | times Python |\n| --- | ---: | ---: |")
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        print(
            f"| {name} | {count / middle:,.0f} ({count / max(seconds):,.0f}-{count / min(seconds):,.0f})"
            f" | {peer / middle:.1f} |")
    print(f"\nThe service's peak memory: {peaks[0]:.0f} MB after the first round, {peaks[-1]:.0f} MB after the last.")
    if IS_INT8:
        print(f"In 8-bit integers, {max(differing)} pictures of {count:,} are of another class.")
    print(f"Python's: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB.")


main()
