"""The pictures that are posted: one of the data set, and a photograph made from it."""

import gzip
import io
import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

DATASET = Path("/usr/share/datasets/fashion-mnist")
INDEX = 9  # a sneaker of the test split


@dataclass(frozen=True)
class Workload:
    """A request that is repeated."""

    title: str
    filename: str
    picture: bytes
    query: str
    # What every answer must say; `None` where only the answers' agreement can be asked for.
    expected_class: str | None
    # The peer does not have the preprocessing `photo`.
    peers_take_part: bool = True

    def form(self, boundary: str) -> bytes:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{self.filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        return head.encode() + self.picture + f"\r\n--{boundary}--\r\n".encode()


def boundary() -> str:
    return "benchmark-" + secrets.token_hex(12)


def workloads() -> list[Workload]:
    pixels = gzip.decompress((DATASET / "t10k-images-idx3-ubyte.gz").read_bytes())
    grey = np.frombuffer(pixels, np.uint8, 784, 16 + 784 * INDEX).reshape(28, 28)
    photograph = _photograph(grey)
    return [
        Workload("28x28 PNG", "small.png", _encoded(Image.fromarray(grey), "PNG"), "", "Sneaker"),
        Workload(
            "640x480 JPEG, classic", "classic.jpg", photograph, "?preprocess=classic", None
        ),
        Workload(
            "640x480 JPEG, photo", "photo.jpg", photograph, "?preprocess=photo", "Sneaker", False
        ),
    ]


def _photograph(grey: np.ndarray) -> bytes:
    """The garment, dark on a light ground with the noise of a camera, 640x480."""
    garment = np.asarray(Image.fromarray(grey).resize((420, 420), Image.Resampling.BICUBIC), float)
    light = np.full((480, 640), 235.0)
    light[30:450, 110:530] -= garment * 0.8
    noise = np.random.default_rng(1).normal(0, 3, (480, 640, 3))
    colours = light[..., None] * (1.0, 0.98, 0.95) + noise
    return _encoded(Image.fromarray(colours.clip(0, 255).astype(np.uint8)), "JPEG", quality=90)


def _encoded(image: Image.Image, format: str, **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()
