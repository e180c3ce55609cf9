"""Times the engines in turns, measures what each gets right, and prints a table."""

import argparse
import gzip
import hashlib
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import tempfile

import numpy
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader, QuantFormat, QuantType, quantize_static)

PROGRAM = ".build/release/atelier"
DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")
BATCHES = [1, 8, 64, 256]
# Multiply-adds for one picture; each is two floating-point operations.
MULTIPLY_ADDS = {"fashion-cnn": 1_218_048, "fashion-lite": 5_733_248, "fashion-resnet": 29_071_680}
INT8_SUFFIX = "-int8"


def pictures(split):
    file = DATA / f"{split}-images-idx3-ubyte.gz"
    values = numpy.frombuffer(gzip.open(file).read(), numpy.uint8, offset=16)
    return values.reshape(-1, 1, 28, 28).astype(numpy.float32) / 255


def labels(split):
    return numpy.frombuffer(
        gzip.open(DATA / f"{split}-labels-idx1-ubyte.gz").read(), numpy.uint8, offset=8)


class Calibration(CalibrationDataReader):
    """Training pictures, for ONNX Runtime's quantiser."""

    def __init__(self, images, name):
        self.batches = iter([{name: images[i:i + 64]} for i in range(0, len(images), 64)])

    def get_next(self):
        return next(self.batches, None)


def quantize(folder, training):
    """A copy of a version whose ONNX graph is int8, by onnxruntime's own quantiser."""
    copy = folder.with_name(folder.name + INT8_SUFFIX)
    shutil.copytree(folder, copy)
    graph = copy / "model.onnx"
    graph.unlink()
    name = session(folder / "model.onnx").get_inputs()[0].name
    quantize_static(
        str(folder / "model.onnx"), str(graph), Calibration(training, name),
        quant_format=QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8)
    content = graph.read_bytes()
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["files"]["model.onnx"] = {
        "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    return copy


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def onnx_accuracy(path, images, truth):
    graph = session(path)
    name = graph.get_inputs()[0].name
    found = numpy.concatenate(
        [graph.run(None, {name: images[i:i + 500]})[0] for i in range(0, len(images), 500)])
    return float((found.argmax(1) == truth).mean())


def atelier(core, store, *arguments):
    output = subprocess.run(
        ["taskset", "--cpu-list", str(core), PROGRAM, *arguments, "--store", str(store), "--json"],
        check=True, capture_output=True).stdout
    return json.loads(output)


def openvino(core, programs, model, file, batch, iterations):
    output = subprocess.run(
        ["taskset", "--cpu-list", str(core), programs / "openvino", model, file, str(batch),
         str(iterations)],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return float(output)


def one_round(setup, version, batch, iterations):
    """Medians in milliseconds, by engine."""
    core, store, programs, file = setup
    times = {}

    def add(engines, names, model, *more):
        report = atelier(
            core, store, "benchmark", "--engines", engines, "--batch", str(batch), "--iterations",
            str(iterations), "--model", model, *more)
        for row, name in zip(report["engines"], names, strict=True):
            times[name] = row["median_ms"]

    folder, int8 = store / version, version + INT8_SUFFIX
    add("pytorch,torchscript", ["LibTorch", "TorchScript"], version)
    add("onnx,native", ["ONNX Runtime", "native"], version)
    add("onnx,native", ["ONNX Runtime, int8", "native, int8"], int8, "--native-precision", "int8")
    for name, model in ("OpenVINO", folder), ("OpenVINO, int8", store / int8):
        times[name] = openvino(core, programs, model / "model.onnx", file, batch, iterations)
    return times


def accuracies(setup, version, images, truth):
    core, store = setup[:2]

    def ours(precision):
        return atelier(
            core, store, "evaluate", "--engine", "native", "--native-precision", precision,
            "--model", version)["accuracy"]

    return {
        "ONNX Runtime": onnx_accuracy(store / version / "model.onnx", images, truth),
        "ONNX Runtime, int8": onnx_accuracy(
            store / (version + INT8_SUFFIX) / "model.onnx", images, truth),
        "native": ours("float32"), "native, int8": ours("int8"),
    }


def table(result, peak):
    architecture = result["architecture"]
    lines = [
        f"### {architecture}", "",
        "| engine | " + " | ".join(
            "batch 1, ms" if batch == 1 else f"batch {batch}, pictures/s" for batch in BATCHES)
        + " | of the peak at 64 | test accuracy |",
        "| --- |" + " ---: |" * (len(BATCHES) + 2),
    ]
    for name, medians in result["medians"].items():
        cells = []
        for batch, milliseconds in zip(BATCHES, medians):
            cells.append(
                f"{milliseconds:.4f}" if batch == 1 else f"{batch / milliseconds * 1e3:,.0f}")
        flops = 2e3 * 64 * MULTIPLY_ADDS[architecture] / medians[BATCHES.index(64)]
        cells.append(f"{flops / 1e9 / peak:.0%}")
        accuracy = result["accuracy"].get(name)
        cells.append("" if accuracy is None else f"{accuracy:.2%}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(": ")[1]
    return platform.processor()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--seconds", type=float, default=0.5, help="about how long an engine runs each time")
    parser.add_argument("--models", type=pathlib.Path, default=pathlib.Path("models"))
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    core = max(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    peak = float(
        subprocess.run(
            ["taskset", "--cpu-list", str(core), options.programs / "peak"], check=True,
            capture_output=True).stdout)
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        store = pathlib.Path(scratch) / "models"
        store.mkdir()
        file = pathlib.Path(scratch) / "pictures"
        images, truth, training = pictures("t10k"), labels("t10k"), pictures("train")[:512]
        images[:max(BATCHES)].tofile(file)
        setup = (core, store, options.programs, file)
        for folder in sorted(options.models.iterdir()):
            if not (folder / "manifest.json").exists():
                continue
            copy = store / folder.name
            shutil.copytree(folder, copy)
            quantize(copy, training)
            architecture = json.loads((copy / "manifest.json").read_text())["architecture"]
            rounds = {batch: [] for batch in BATCHES}
            # As many runs as fit the time, by what ONNX Runtime would need for them at half the peak.
            seconds = 4 * MULTIPLY_ADDS[architecture] / peak / 1e9
            for _ in range(options.rounds):
                for batch in BATCHES:
                    iterations = max(10, min(5000, int(options.seconds / (seconds * batch))))
                    rounds[batch].append(one_round(setup, folder.name, batch, iterations))
            medians = {
                name: [statistics.median(times[name] for times in rounds[b]) for b in BATCHES]
                for name in rounds[1][0]}
            results.append({
                "version": folder.name, "architecture": architecture, "medians": medians,
                "rounds": rounds, "accuracy": accuracies(setup, folder.name, images, truth)})
    print(
        f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, load average "
        f"before the run {load:.1f}; one thread, core {core}, {options.rounds} rounds; peak {peak:.0f} "
        "GFLOP/s in 32-bit floats.\n")
    print("\n\n".join(table(result, peak) for result in results))
    if options.json:
        options.json.write_text(
            json.dumps({"peak_gflops": peak, "load": load, "batches": BATCHES, "results": results}))


if __name__ == "__main__":
    main()
