"""The peer: classifies the pictures of a ZIP archive one after the other, on one thread, and stores nothing.

    one_by_one.py ARCHIVE MODEL

Prints a line of JSON a picture.
"""

import io
import json
import sys
import zipfile

import numpy
import onnxruntime
from PIL import Image

LABELS = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
]


def classes(path, model):
    """The class of each picture."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    found = []
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            picture = Image.open(io.BytesIO(archive.read(entry))).convert("L")
            pixels = numpy.asarray(picture, numpy.float32) / 255
            logits = session.run(None, {name: pixels[None, None]})[0]
            found.append(LABELS[logits[0].argmax()])
    return found


if __name__ == "__main__":
    for label in classes(*sys.argv[1:]):
        print(json.dumps({"class": label}))
