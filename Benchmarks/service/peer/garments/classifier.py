"""From the bytes of a picture to a prediction: Pillow, NumPy and ONNX Runtime."""

import hashlib
import io
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
from PIL import Image, ImageEnhance

Preprocessing = Literal["auto", "classic"]


class UnusablePicture(Exception):
    """The bytes are not a picture, or too large a one."""


@dataclass(frozen=True, slots=True)
class Prediction:
    ranking: list[tuple[str, float]]
    is_uncertain: bool
    inference_time_ms: float
    sha256: str


class Classifier:
    """A model version, loaded and warm. Threads may share it."""

    def __init__(self, model: Path, pixel_limit: int) -> None:
        manifest = json.loads((model / "manifest.json").read_text())
        self.version = model.name
        self.labels: list[str] = manifest["labels"]
        self.temperature: float = manifest["calibration"]["temperature"]
        self.threshold: float = manifest["calibration"]["uncertaintyThreshold"]
        Image.MAX_IMAGE_PIXELS = None  # the limit is checked before decoding instead
        self.pixel_limit = pixel_limit
        options = onnxruntime.SessionOptions()
        # Requests run side by side; more threads in each would only be in their way.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        self.session = onnxruntime.InferenceSession(
            model / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self.input = self.session.get_inputs()[0].name
        self._logits(np.zeros((28, 28), np.uint8))

    def classify(self, data: bytes, preprocessing: Preprocessing) -> Prediction:
        """Decodes, prepares and classifies a picture, on the calling thread."""
        pixels = self._prepare(data, preprocessing)
        start = time.perf_counter()
        logits = self._logits(pixels)
        inference_time = time.perf_counter() - start
        scores = np.exp((logits - logits.max()) / self.temperature)
        scores /= scores.sum()
        ranking = [(self.labels[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")]
        return Prediction(
            ranking=ranking,
            is_uncertain=ranking[0][1] < self.threshold,
            inference_time_ms=round(inference_time * 1e3, 3),
            sha256=hashlib.sha256(data).hexdigest(),
        )

    def _prepare(self, data: bytes, preprocessing: Preprocessing) -> np.ndarray:
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
                if image.width * image.height > self.pixel_limit:
                    raise UnusablePicture("the picture has too many pixels")
                if preprocessing == "auto" and image.mode == "L" and image.size == (28, 28):
                    return np.asarray(image)
                grey = image.convert("L").resize((28, 28))
        except (OSError, SyntaxError, ValueError) as error:
            raise UnusablePicture("the file is not a usable picture") from error
        return np.asarray(ImageEnhance.Contrast(grey).enhance(0.5))

    def _logits(self, pixels: np.ndarray) -> np.ndarray:
        tensor = pixels.reshape(1, 1, 28, 28).astype(np.float32) / np.float32(255)
        return self.session.run(None, {self.input: tensor})[0][0]
