#!/usr/bin/env python3
"""Trains wide teachers on one GPU and distils Atelier's networks from their averaged answers.

The teachers learn from the labels. Then each epoch's pictures are changed at random once, the teachers
answer them, and every student learns those answers, in an order of its own: students see exactly the
pictures that the teachers answered (Beyer et al., *Knowledge distillation: A good teacher is patient
and consistent*, 2022, with the loss of Hinton, Vinyals, Dean, 2015).

Everything is chosen by the validation split, which is the one `atelier train` holds out; the test
pictures are not read. Students are written with batch normalisation folded in, under the parameter
names of Atelier's state dicts, ready for `atelier models import`.

    distill.py --data /usr/share/dataset/fashion-mnist --output DIR
"""

import argparse
import copy
import gzip
import hashlib
import json
import math
import pathlib
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn

SIDE = 28
CLASSES = 10
VALIDATION_COUNT = 5_000
SPLIT_SEED = 20_170_828


# Data


class SplitMix64:
    """Atelier's `SeededGenerator`."""

    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & self.MASK
        return z ^ (z >> 31)

    def permutation(self, count):
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = (self.next() * (last + 1)) >> 64
            order[last], order[other] = order[other], order[last]
        return order


def standard_split(labels):
    """The indices to learn from and to validate by: Atelier's `Split`, for classes of equal size."""
    counts = numpy.bincount(labels, minlength=CLASSES)
    assert len(set(counts)) == 1, "the classes of the standard set are equally large"
    quotas = [VALIDATION_COUNT // CLASSES] * CLASSES
    held_out = numpy.zeros(len(labels), dtype=bool)
    for index in SplitMix64(SPLIT_SEED).permutation(len(labels)):
        if quotas[labels[index]] > 0:
            quotas[labels[index]] -= 1
            held_out[index] = True
    return numpy.flatnonzero(~held_out), numpy.flatnonzero(held_out)


def read_idx(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        data = file.read()
    dimensions = data[3]
    shape = numpy.frombuffer(data, ">u4", dimensions, 4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape)


def find(directory, name):
    for suffix in (".gz", ""):
        path = pathlib.Path(directory) / (name + suffix)
        if path.exists():
            return path
    raise SystemExit(f"{directory} has no {name}[.gz]")


# Networks


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.norm(self.conv(x))

    def fold(self):
        """Replaces the normalisation by what it comes to in the convolution."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        self.conv.bias = nn.Parameter(self.norm.bias - self.norm.running_mean * scale)
        self.conv.weight = nn.Parameter(self.conv.weight * scale[:, None, None, None])
        self.norm = nn.Identity()


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = ConvNorm(inputs, outputs, 3, stride)
        self.conv2 = ConvNorm(outputs, outputs)
        self.shortcut = (
            ConvNorm(inputs, outputs, 1, stride) if stride > 1 or inputs != outputs else nn.Identity()
        )

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))) + self.shortcut(x))


class Residual(nn.Module):
    """Atelier's `Network.residual`: stages of (channels, blocks, stride of the first block)."""

    def __init__(self, stem, stages):
        super().__init__()
        self.stem = ConvNorm(1, stem)
        self.stages = []
        channels = stem
        for number, (width, blocks, stride) in enumerate(stages, 1):
            stage = nn.Sequential(
                *(Block(channels if i == 0 else width, width, stride if i == 0 else 1) for i in range(blocks))
            )
            self.add_module(f"stage{number}", stage)
            self.stages.append(f"stage{number}")
            channels = width
        self.classifier = nn.Linear(channels, CLASSES)

    def forward(self, x):
        x = F.relu(self.stem(x))
        for name in self.stages:
            x = getattr(self, name)(x)
        return self.classifier(x.mean((2, 3)))


class FashionCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn_stack = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(32 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, CLASSES),
        )

    def forward(self, x):
        return self.cnn_stack(x)


TEACHER_STAGES = {
    "teacher": "convolution to 64; stages of two blocks of 64 (28x28), 128 (14x14) and 256 (7x7) channels",
    "small-teacher": "convolution to 8; one block of 8 channels (14x14)",
}

ARCHITECTURES = {
    "fashion-cnn": FashionCNN,
    "fashion-lite": lambda: Residual(16, [(32, 1, 2), (64, 1, 2)]),
    "fashion-resnet": lambda: Residual(24, [(48, 2, 2), (96, 2, 2)]),
    "teacher": lambda: Residual(64, [(64, 2, 1), (128, 2, 2), (256, 2, 2)]),
    "small-teacher": lambda: Residual(8, [(8, 1, 2)]),
}


def folded(model):
    model = copy.deepcopy(model).float().eval()
    with torch.no_grad():
        for module in list(model.modules()):
            if isinstance(module, ConvNorm):
                module.fold()
    return model


def state_dict(model):
    """Parameters under Atelier's names: `stage1.0.conv1.weight` for `stage1.0.conv1.conv.weight`."""
    return {
        name.replace(".conv.", "."): value.detach().float().cpu().contiguous().clone()
        for name, value in folded(model).state_dict().items()
    }


# Augmentation, of a whole epoch at once


def augmented(pictures, labels, settings, generator):
    """Grey levels from 0 to 1 (N x 1 x 28 x 28), and the share of each class in each picture (N x 10)."""
    parts = []
    for start in range(0, len(pictures), 8192):
        parts.append(moved(pictures[start : start + 8192], settings, generator))
    x = torch.cat(parts)
    y = F.one_hot(labels, CLASSES).float()
    if settings["mixing"] > 0:
        n = len(x)
        partner = torch.randperm(n, device=x.device, generator=generator)
        share = torch.rand(n, device=x.device, generator=generator)
        chosen = torch.rand(n, device=x.device, generator=generator) < settings["mixing"]
        share = torch.where(chosen, share, torch.ones_like(share))
        x = x * share[:, None, None, None] + x[partner] * (1 - share)[:, None, None, None]
        y = y * share[:, None] + y[partner] * (1 - share)[:, None]
    return x, y


def moved(pictures, settings, generator):
    n, device = len(pictures), pictures.device

    def uniform(low, high):
        return low + (high - low) * torch.rand(n, device=device, generator=generator)

    def integer(largest):
        return torch.randint(-largest, largest + 1, (n,), device=device, generator=generator).float()

    sign = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    turned = (uniform(0, 1) < settings["turning"]).float()
    angle = turned * uniform(-10, 10) * (math.pi / 180)
    size = 1 + turned * uniform(-0.1, 0.1)
    shift = settings["shift"]
    theta = torch.zeros(n, 2, 3, device=device)
    theta[:, 0, 0] = sign * torch.cos(angle) * size
    theta[:, 0, 1] = -torch.sin(angle) * size
    theta[:, 1, 0] = sign * torch.sin(angle) * size
    theta[:, 1, 1] = torch.cos(angle) * size
    theta[:, 0, 2] = integer(shift) * 2 / SIDE
    theta[:, 1, 2] = integer(shift) * 2 / SIDE
    x = pictures[:, None].float() / 255
    x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)

    # Zhong et al., *Random Erasing Data Augmentation*, 2017.
    area = uniform(0.02, 0.33) * SIDE * SIDE
    ratio = uniform(0.3, 1 / 0.3)
    height = (area * ratio).sqrt().floor().clamp(1, SIDE)
    width = (area / ratio).sqrt().floor().clamp(1, SIDE)
    top = (uniform(0, 1) * (SIDE - height + 1)).floor()
    left = (uniform(0, 1) * (SIDE - width + 1)).floor()
    line = torch.arange(SIDE, device=device)[None]
    rows = (line >= top[:, None]) & (line < (top + height)[:, None])
    columns = (line >= left[:, None]) & (line < (left + width)[:, None])
    erased = (uniform(0, 1) < settings["erasing"])[:, None, None] & rows[:, :, None] & columns[:, None, :]
    noise = torch.rand(n, SIDE, SIDE, device=device, generator=generator)
    return torch.where(erased[:, None], noise[:, None], x)


# Training


class Learner:
    """A network that learns from an epoch's pictures in an order of its own, one CUDA graph a step."""

    def __init__(self, architecture, seed, settings, pool):
        torch.manual_seed(seed)
        self.architecture, self.seed, self.settings, self.pool = architecture, seed, settings, pool
        device = pool.x.device
        self.model = ARCHITECTURES[architecture]().to(device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.model).eval()
        self.parameters = list(self.model.parameters())
        self.decayed = [p.dim() > 1 for p in self.parameters]
        self.momenta = [torch.zeros_like(p) for p in self.parameters]
        floats = lambda m: [b for b in m.buffers() if b.is_floating_point()]
        self.live = [p.data for p in self.parameters] + floats(self.model)
        self.averages = [p.data for p in self.average.parameters()] + floats(self.average)
        self.batch = settings["batch"]
        self.steps = len(pool.x) // self.batch
        self.step = torch.zeros((), dtype=torch.long, device=device)
        self.order = torch.arange(self.steps * self.batch, device=device).view(self.steps, self.batch)
        self.rates = torch.zeros(1, device=device)
        self.loss_sum = torch.zeros((), device=device)
        self.generator = torch.Generator(device).manual_seed(seed)
        self.history = []

    def prepare(self, epochs):
        """Fills in the one-cycle schedule, and captures the step."""
        total = epochs * self.steps
        peak, rise = self.settings["rate"], 0.15 * total
        steps = torch.arange(total, dtype=torch.float64)
        falling = 0.5 * (1 + torch.cos(math.pi * ((steps - rise) / (total - rise)).clamp(0, 1)))
        rates = peak * torch.where(steps < rise, steps / rise, falling)
        self.rates = rates.float().to(self.step.device)
        self.graph = None
        if self.step.is_cuda:
            saved = [t.clone() for t in self.live + self.averages + self.momenta]
            self.stream = torch.cuda.Stream()
            self.stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self.stream):
                for _ in range(3):
                    self.take_step()
            torch.cuda.synchronize()
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph, stream=self.stream):
                self.take_step()
            for target, source in zip(self.live + self.averages + self.momenta, saved):
                target.copy_(source)
        self.step.zero_()
        self.loss_sum.zero_()

    def take_step(self):
        indices = self.order.index_select(0, (self.step % self.steps).view(1))[0]
        rate = self.rates.index_select(0, self.step.view(1))[0]
        x = self.pool.x.index_select(0, indices)
        x = x.to(memory_format=torch.channels_last)
        with torch.autocast(self.step.device.type, torch.bfloat16, cache_enabled=False):
            logits = self.model(x)
        loss = self.loss(logits.float(), indices)
        gradients = list(torch.autograd.grad(loss, self.parameters))
        with torch.no_grad():
            decay = [(g, p) for g, p, d in zip(gradients, self.parameters, self.decayed) if d]
            torch._foreach_add_([g for g, _ in decay], [p for _, p in decay], alpha=self.settings["decay"])
            torch._foreach_mul_(self.momenta, 0.9)
            torch._foreach_add_(self.momenta, gradients)
            torch._foreach_add_(gradients, self.momenta, alpha=0.9)
            torch._foreach_mul_(gradients, rate)
            torch._foreach_sub_(self.parameters, gradients)
            self.loss_sum += loss
            self.step += 1
            # Starts as a plain mean, so that the random beginnings are soon forgotten.
            weight = (9 / (10 + self.step)).clamp(min=1 - self.settings["average"])
            moves = torch._foreach_sub(self.live, self.averages)
            torch._foreach_mul_(moves, weight)
            torch._foreach_add_(self.averages, moves)

    def loss(self, logits, indices):
        labels = self.pool.y.index_select(0, indices)
        of_labels = -(labels * F.log_softmax(logits, 1)).sum(1).mean()
        weight = self.settings["teaching"]
        if weight == 0:
            return of_labels
        temperature = self.settings["temperature"]
        answers = self.pool.answers.index_select(0, indices)
        of_answers = -(answers * F.log_softmax(logits / temperature, 1)).sum(1).mean()
        return weight * temperature**2 * of_answers + (1 - weight) * of_labels

    def start_epoch(self):
        count = self.steps * self.batch
        order = torch.randperm(len(self.pool.x), device=self.step.device, generator=self.generator)
        self.order.copy_(order[:count].view_as(self.order))

    def launch(self):
        if self.graph is None:
            self.take_step()
        else:
            with torch.cuda.stream(self.stream):
                self.graph.replay()

    @torch.no_grad()
    def validate(self, pictures, labels):
        logits = torch.cat([self.average(part) for part in pictures.split(1000)])
        return {
            "accuracy": (logits.argmax(1) == labels).float().mean().item(),
            "loss": F.cross_entropy(logits, labels).item(),
        }


class Pool:
    """The changed pictures of one epoch, their labels, and what the teachers answer."""

    def __init__(self, count, device):
        self.x = torch.zeros(count, 1, SIDE, SIDE, device=device, dtype=torch.bfloat16)
        self.y = torch.zeros(count, CLASSES, device=device)
        self.answers = torch.zeros(count, CLASSES, device=device)

    @torch.no_grad()
    def fill(self, pictures, labels, settings, generator, teachers=(), temperature=1.0):
        x, y = augmented(pictures, labels, settings, generator)
        self.x.copy_(x)
        self.y.copy_(y)
        if not teachers:
            return
        for start in range(0, len(self.x), 4096):
            part = self.x[start : start + 4096].to(memory_format=torch.channels_last)
            answers = sum(F.softmax(teacher(part).float() / temperature, 1) for teacher in teachers)
            self.answers[start : start + 4096] = answers / len(teachers)


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def train(name, learners, fill, seconds, largest, validation, log):
    """Trains learners side by side for as many epochs as the time allows."""
    device = learners[0].step.device
    fill()
    for learner in learners:
        learner.prepare(largest)
    synchronize(device)
    # One trial tells what an epoch costs; its steps are at the start of the schedule, of rate near 0.
    start = time.perf_counter()
    fill()
    run_epoch(learners, min(30, min(l.steps for l in learners)))
    synchronize(device)
    fill_only = time.perf_counter()
    fill()
    synchronize(device)
    filling = time.perf_counter() - fill_only
    stepping = (fill_only - start - filling) * max(l.steps for l in learners) / 30
    epochs = max(2, int(min(largest, seconds / (filling + stepping))))
    log(f"{name}: {filling:.2f} s of pictures and {stepping:.2f} s of steps an epoch: {epochs} epochs")
    for learner in learners:
        learner.prepare(epochs)
    synchronize(device)
    start = time.perf_counter()
    for epoch in range(1, epochs + 1):
        fill()
        synchronize(device)
        run_epoch(learners, None)
        synchronize(device)
        if epoch % max(1, epochs // 10) == 0 or epoch == epochs:
            for learner in learners:
                quality = learner.validate(*validation)
                quality.update(epoch=epoch, trainingLoss=learner.loss_sum.item() / learner.step.item())
                learner.history.append(quality)
            accuracies = " ".join(
                f"{l.architecture}/{l.seed} {l.history[-1]['accuracy']:.4f} ({l.history[-1]['trainingLoss']:.3f})" for l in learners)
            log(f"{name} {epoch}/{epochs} {time.perf_counter() - start:.0f} s: {accuracies}")
    return epochs


def run_epoch(learners, steps):
    for learner in learners:
        learner.start_epoch()
    if learners[0].step.is_cuda:
        torch.cuda.synchronize()
    for step in range(steps or max(l.steps for l in learners)):
        for learner in learners:
            if step < learner.steps:
                learner.launch()


def recipe(student, epochs, augmentation, teachers, device):
    """What `atelier models import --recipe` reads: how the weights were made."""
    settings = student.settings
    of_teachers = teachers["settings"]
    return {
        "training": {
            "program": "Recipes/distillation/distill.py",
            "device": torch.cuda.get_device_name() if device.type == "cuda" else "CPU",
            "torch": torch.__version__,
            "settings": {
                "architecture": student.architecture,
                "epochs": epochs,
                "batchSize": settings["batch"],
                "optimizer": "sgd",
                "peakLearningRate": settings["rate"],
                "weightDecay": settings["decay"],
                "averageDecay": settings["average"],
                "precision": "bfloat16",
                "augmentation": {"flips": True, **augmentation},
                "seed": student.seed,
                "distillation": {
                    "weight": settings["teaching"],
                    "temperature": settings["temperature"],
                    "teachers": teachers["count"],
                    "teacherArchitecture": str(TEACHER_STAGES[teachers["architecture"]]),
                    "teacherEpochs": teachers["epochs"],
                    "teacherBatchSize": of_teachers["batch"],
                    "teacherLearningRate": of_teachers["rate"],
                    "teacherWeightDecay": of_teachers["decay"],
                    "teacherErasing": teachers["augmentation"]["erasing"],
                    "teacherTurning": teachers["augmentation"]["turning"],
                    "teacherValidationAccuracy": round(teachers["togetherAccuracy"], 4),
                },
            },
            "epochs": [
                {"epoch": e["epoch"], "trainingLoss": e["trainingLoss"],
                 "validationAccuracy": round(e["accuracy"], 4), "validationLoss": e["loss"]}
                for e in student.history
            ],
        }
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of the IDX files")
    parser.add_argument("--output", required=True, type=pathlib.Path, help="folder for the students")
    parser.add_argument("--teachers", type=int, default=3)
    parser.add_argument("--teacher", default="teacher", choices=TEACHER_STAGES)
    parser.add_argument("--teacher-epochs", type=int, default=99)
    parser.add_argument("--teacher-seconds", type=float, default=math.inf, help="fewer epochs if they take longer")
    parser.add_argument("--student-epochs", type=int, default=180)
    parser.add_argument("--student-seconds", type=float, default=math.inf, help="fewer epochs if they take longer")
    parser.add_argument(
        "--students", default="fashion-resnet:1,fashion-resnet:2,fashion-resnet:3,"
        "fashion-lite:1,fashion-lite:2,fashion-lite:3,fashion-cnn:1,fashion-cnn:2,fashion-cnn:3",
        help="architecture:seed, separated by commas")
    parser.add_argument("--limit", type=int, help="pictures to learn from, for a trial")
    options = parser.parse_args()

    began = time.perf_counter()
    log_lines = []

    def log(line):
        line = f"{time.perf_counter() - began:6.1f} {line}"
        log_lines.append(line)
        print(line, flush=True)

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    pictures = read_idx(find(options.data, "train-images-idx3-ubyte"))
    labels = read_idx(find(options.data, "train-labels-idx1-ubyte")).astype(numpy.int64)
    learned, held_out = standard_split(labels)
    if options.limit:
        learned = learned[: options.limit]
    on_device = lambda array: torch.from_numpy(array.copy()).to(device)
    training = on_device(pictures[learned]), on_device(labels[learned])
    validation = (on_device(pictures[held_out])[:, None].float() / 255, on_device(labels[held_out]))
    log(f"{len(learned)} pictures to learn from, {len(held_out)} to validate, on {torch.cuda.get_device_name() if device.type == 'cuda' else 'CPU'}")

    teaching = dict(shift=2, erasing=0.5, turning=0.1, mixing=0.0)
    teacher_settings = dict(batch=512, rate=0.4, decay=5e-4, average=0.998, teaching=0.0)
    studying = dict(shift=2, erasing=0.2, turning=0.3, mixing=0.4)
    student_settings = {
        "fashion-resnet": dict(batch=256, rate=0.3, decay=3e-4),
        "fashion-lite": dict(batch=256, rate=0.3, decay=1e-4),
        "fashion-cnn": dict(batch=256, rate=0.05, decay=1e-4),
    }
    common = dict(average=0.998, teaching=0.9, temperature=2.0)

    pool = Pool(len(learned), device)
    generator = torch.Generator(device).manual_seed(1)
    teachers = [Learner(options.teacher, 100 + i, teacher_settings, pool) for i in range(options.teachers)]
    teacher_epochs = train(
        "teachers", teachers, lambda: pool.fill(*training, teaching, generator), options.teacher_seconds,
        options.teacher_epochs, validation, log)
    frozen = [folded(t.average).to(torch.bfloat16).to(memory_format=torch.channels_last) for t in teachers]
    with torch.no_grad():
        votes = sum(F.softmax(t(validation[0].bfloat16()).float(), 1) for t in frozen)
    together = (votes.argmax(1) == validation[1]).float().mean().item()
    log(f"teachers together: {together:.4f}")

    students = []
    for item in options.students.split(","):
        architecture, seed = item.split(":")
        settings = {**common, **student_settings[architecture]}
        students.append(Learner(architecture, int(seed), settings, pool))
    student_epochs = train(
        "students", students,
        lambda: pool.fill(*training, studying, generator, frozen, common["temperature"]),
        options.student_seconds, options.student_epochs, validation, log)

    options.output.mkdir(parents=True, exist_ok=True)
    teaching_report = {
        "architecture": options.teacher, "count": options.teachers, "epochs": teacher_epochs,
        "settings": teacher_settings, "augmentation": teaching,
        "validation": [t.history[-1] for t in teachers], "togetherAccuracy": together,
    }
    for student in students:
        name = f"{student.architecture}-{student.seed}"
        torch.save(state_dict(student.average), options.output / f"{name}.pth")
        report = recipe(student, student_epochs, studying, teaching_report, device)
        report["dataset"] = {
            "name": "Fashion-MNIST", "trainingCount": len(learned), "validationCount": len(held_out),
            "sha256": hashlib.sha256(pictures.tobytes() + labels.astype(numpy.uint8).tobytes()).hexdigest(),
        }
        (options.output / f"{name}.json").write_text(json.dumps(report, indent=2) + "\n")
    (options.output / "log.txt").write_text("\n".join(log_lines) + "\n")
    log("done")


if __name__ == "__main__":
    main()
