"""Saves state dicts of every kind into a folder, and prints what each holds.

usage: save.py FOLDER
"""

import collections
import json
import os
import struct
import sys
import zipfile

import torch
from torch import nn

torch.manual_seed(20)
folder = sys.argv[1]
expected = {}


def save(case, content, tensors=None, **options):
    torch.save(content, os.path.join(folder, case + ".pth"), **options)
    expected[case] = [
        {
            "name": name,
            "shape": list(tensor.shape),
            "bits": [struct.unpack("<I", struct.pack("<f", v))[0] for v in tensor.float().flatten().tolist()],
        }
        for name, tensor in (content if tensors is None else tensors).items()
        if tensor.is_floating_point()
    ]


def repack(source, target, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(os.path.join(folder, source + ".pth")) as old:
        with zipfile.ZipFile(os.path.join(folder, target + ".pth"), "w", method) as new:
            for entry in old.infolist():
                new.writestr(entry.filename, old.read(entry))
    expected[target] = expected[source]


sequential = nn.Sequential(
    nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(12, 3)
)
state = sequential.state_dict()
save("sequential", state)
repack("sequential", "deflated", zipfile.ZIP_DEFLATED)
# Every size and offset beyond a few bytes goes into the fields for large archives.
zipfile.ZIP64_LIMIT, limit = 10, zipfile.ZIP64_LIMIT
repack("sequential", "zip64")
zipfile.ZIP64_LIMIT = limit
save("parameters", collections.OrderedDict(sequential.named_parameters()))
save("plain", {"a": torch.randn(2, 3), "b": torch.tensor(1.5), "empty": torch.zeros(0, 4)})
save("protocol4", state, pickle_protocol=4)
save("unicode", {"Gewicht größer ✓": torch.randn(2)})

optimizer = torch.optim.Adam(sequential.parameters())
sequential(torch.randn(2, 1, 5, 3)).sum().backward()
optimizer.step()
state = sequential.state_dict()
checkpoint = {
    "epoch": 7,
    "loss": 0.25,
    "best": None,
    "seed": 2**90,
    "history": [0.5, 0.25],
    "optimizer": optimizer.state_dict(),
    "state_dict": state,
}
save("nested", checkpoint, tensors=state)
save("nested-model", {"model_state_dict": state, "ema": dict(state), "args": {"lr": 0.1}}, tensors=state)
save("nested-other", {"weights of mine": state, "done": True}, tensors=state)

for name in ("float16", "bfloat16", "float64"):
    special = torch.tensor([0.0, -0.0, 1e-7, -65504.0, float("inf"), float("nan"), 1 / 3])
    save(name, {"x": torch.randn(3, 5).to(getattr(torch, name)), "special": special.to(getattr(torch, name))})

base = torch.randn(4, 6, 5)
save(
    "views",
    {
        "base": base,
        "transposed": base.transpose(0, 2),
        "permuted": base.permute(1, 2, 0),
        "narrowed": base[1:3, ::2, 1:4],
        "last": base[3, 5, 4],
        "expanded": base[0, 0, :1].expand(3, 4),
        "channels_last": torch.randn(2, 3, 4, 4).to(memory_format=torch.channels_last),
    },
)
tied = torch.randn(3, 3)
save("shared", {"encoder": tied, "decoder": tied, "row": tied[1]})

# What is well formed and yet no state dict of ours.
directory = lambda name: os.path.join(folder, name + ".pth")
torch.save(state, directory("legacy"), _use_new_zipfile_serialization=False)
torch.save(sequential, directory("module"))
torch.save([torch.randn(2)], directory("list"))
torch.save({}, directory("nothing"))
torch.save({"a": torch.randn(2), "b": 3}, directory("mixed"))
torch.save({"a": torch.arange(3)}, directory("integers"))
torch.save({"one": {"a": torch.randn(2)}, "two": {"a": torch.randn(2)}}, directory("several"))
torch.save({3: torch.randn(2)}, directory("numbered"))
torch.save({"a": torch.randn(2, dtype=torch.complex64)}, directory("complex"))
torch.jit.save(torch.jit.trace(sequential, torch.randn(1, 1, 5, 3)), directory("torchscript"))
with zipfile.ZipFile(directory("archive"), "w") as archive:
    archive.writestr("hello.txt", "hello")


class Attack:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


marker = os.path.join(folder, "executed")
for protocol in (2, 3, 4, 5):
    attack = {"a": torch.randn(2), "b": Attack(os.system, "touch " + marker)}
    torch.save(attack, directory(f"system-{protocol}"), pickle_protocol=protocol)
    attack = Attack(eval, f"open({marker!r}, 'w')")
    torch.save(attack, directory(f"eval-{protocol}"), pickle_protocol=protocol)

print(json.dumps(expected))
