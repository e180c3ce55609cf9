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


def atelier(setup, *arguments):
    core, store = setup[:2]
    output = subprocess.run(
        ["taskset", "--cpu-list", str(core), PROGRAM, *arguments, "--store", str(store), "--json"],
        check=True, capture_output=True).stdout
    return json.loads(output)


def openvino(setup, model, batch, iterations):
    core, _, programs, file = setup
    output = subprocess.run(
        ["taskset", "--cpu-list", str(core), programs / "openvino", model, file, str(batch),
         str(iterations)],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return float(output)


def one_round(setup, version, batch, iterations):
    """Medians in milliseconds by engine, and what loading the native one took. Each engine has a process of
    its own, one after the other."""
    times, loads = {}, {}
    int8 = version + INT8_SUFFIX
    for name, engine, model, *more in (
            ("LibTorch", "pytorch", version),
            ("TorchScript", "torchscript", version),
            ("ONNX Runtime", "onnx", version),
            ("OpenVINO", None, version),
            ("native", "native", version),
            ("ONNX Runtime, int8", "onnx", int8),
            ("OpenVINO, int8", None, int8),
            ("native, int8", "native", version, "--native-precision", "int8")):
        if engine is None:
            times[name] = openvino(setup, setup[1] / model / "model.onnx", batch, iterations)
            continue
        row = atelier(
            setup, "benchmark", "--engines", engine, "--batch", str(batch), "--iterations",
            str(iterations), "--model", model, *more)["engines"][0]
        times[name] = row["median_ms"]
        loads[name] = row["load_ms"]
    return {"times": times, "loads": loads}


def accuracies(setup, version, images, truth):
    store = setup[1]

    def ours(precision):
        return atelier(
            setup, "evaluate", "--engine", "native", "--native-precision", precision,
            "--model", version)["accuracy"]

    return {
        "ONNX Runtime": onnx_accuracy(store / version / "model.onnx", images, truth),
        "ONNX Runtime, int8": onnx_accuracy(
            store / (version + INT8_SUFFIX) / "model.onnx", images, truth),
        "native": ours("float32"), "native, int8": ours("int8"),
    }


def table(result, peak):
    architecture, medians, loads = (result[key] for key in ("architecture", "medians", "loads"))
    lines = [
        f"### {architecture}", "",
        "| engine | " + " | ".join(
            "batch 1, ms" if batch == 1 else f"batch {batch}, pictures/s" for batch in BATCHES)
        + " | of the peak at 64 | load, ms | test accuracy |",
        "| --- |" + " ---: |" * (len(BATCHES) + 3),
    ]
    for name, times in medians.items():
        cells = []
        for batch, milliseconds in zip(BATCHES, times):
            cells.append(
                f"{milliseconds:.4f}" if batch == 1 else f"{batch / milliseconds * 1e3:,.0f}")
        flops = 2e3 * 64 * MULTIPLY_ADDS[architecture] / times[BATCHES.index(64)]
        cells.append(f"{flops / 1e9 / peak:.0%}")
        cells.append(f"{loads[name]:.1f}" if name in loads else "")
        accuracy = result["accuracy"].get(name)
        cells.append("" if accuracy is None else f"{accuracy:.2%}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    for ours in ("native", "native, int8"):
        for peer in ("ONNX Runtime", "OpenVINO"):
            shares = [one / other for one, other in zip(medians[ours], medians[peer])]
            cells = [
                f"{share:.2f} of the time" if batch == 1 else f"{1 / share:.2f} times"
                for batch, share in zip(BATCHES, shares)]
            lines.append(f"| {ours} / {peer} | " + " | ".join(cells) + " | | | |")
    return "\n".join(lines)


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(": ")[1]
    return platform.processor()


def compare(options, setup, folder, peak, data):
    """Everything there is to know of a version."""
    store = setup[1]
    images, truth, training = data
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
    medians, loads = {}, {}
    for name in rounds[1][0]["times"]:
        medians[name] = [
            statistics.median(one["times"][name] for one in rounds[batch]) for batch in BATCHES]
        if name in rounds[1][0]["loads"]:
            loads[name] = statistics.median(one["loads"][name] for one in rounds[1])
    return {
        "version": folder.name, "architecture": architecture, "medians": medians, "loads": loads,
        "rounds": rounds, "accuracy": accuracies(setup, folder.name, images, truth)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--seconds", type=float, default=0.5, help="about how long an engine runs each time")
    parser.add_argument("--models", type=pathlib.Path, default=pathlib.Path("models"))
    parser.add_argument(
        "--network", action="append", choices=MULTIPLY_ADDS,
        help="only this network; may be said again")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    core = max(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    peak = float(
        subprocess.run(
            ["taskset", "--cpu-list", str(core), options.programs / "peak"], check=True,
            capture_output=True).stdout)
    folders = [
        folder for folder in sorted(options.models.iterdir()) if (folder / "manifest.json").exists()
        and not folder.is_symlink()
        and json.loads((folder / "manifest.json").read_text())["architecture"]
        in (options.network or MULTIPLY_ADDS)]
    with tempfile.TemporaryDirectory() as scratch:
        store = pathlib.Path(scratch) / "models"
        store.mkdir()
        file = pathlib.Path(scratch) / "pictures"
        data = (pictures("t10k"), labels("t10k"), pictures("train")[:512])
        data[0][:max(BATCHES)].tofile(file)
        setup = (core, store, options.programs, file)
        results = [compare(options, setup, folder, peak, data) for folder in folders]
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
