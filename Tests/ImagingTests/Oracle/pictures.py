"""Writes seeded random pictures of every mode, and what Pillow makes of them.

    pictures.py DIRECTORY

classic/NNNN.EXT     pictures
classic.f32          784 float32 a picture: convert("L"), resize, Contrast(0.5), / 255
orientation/N.EXT    one picture stored in each of Exif's eight orientations
small/*              a small file of each format
"""

import io
import os
import struct
import sys
import warnings
import zlib

import numpy as np
from PIL import Image, ImageEnhance, ImageFile, ImageOps

warnings.simplefilter("ignore")
# The JPEG encoder cannot grow its buffer.
ImageFile.MAXBLOCK = 1 << 24
random = np.random.default_rng(20170828)
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PNG_KINDS = [(0, d) for d in (1, 2, 4, 8, 16)] + [(3, d) for d in (1, 2, 4, 8)] + [
    (t, d) for t in (2, 4, 6) for d in (8, 16)]


def size(index):
    """Mostly small, at times with a side of 28 or 1."""
    sides = [int(side) for side in random.integers(1, 12 if index % 5 == 0 else 90, 2)]
    if index % 11 == 0:
        sides[index % 2] = 28
    if index % 13 == 0:
        sides[(index + 1) % 2] = 1
    if index % 17 == 0:
        sides = [28, 28]
    if index % 23 == 0:
        sides = [int(side) for side in random.integers(100, 400, 2)]
    return sides


def samples(width, height, channels, depth):
    """Noise, gradients, or rectangles."""
    top = (1 << depth) - 1
    kind = random.integers(3)
    if kind == 0:
        values = random.integers(0, top + 1, (height, width, channels))
    elif kind == 1:
        y, x = np.mgrid[0:height, 0:width]
        slopes = random.uniform(-2, 2, (2, channels))
        ramp = x[..., None] * slopes[0] / width + y[..., None] * slopes[1] / height
        values = np.clip((ramp + random.uniform(0, 1, channels)) * top, 0, top)
    else:
        values = np.empty((height, width, channels))
        values[:] = random.integers(0, top + 1, channels)
        for _ in range(4):
            x0, x1 = sorted(random.integers(0, width + 1, 2))
            y0, y1 = sorted(random.integers(0, height + 1, 2))
            values[y0:y1, x0:x1] = random.integers(0, top + 1, channels)
    return values.astype(np.uint16)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def scanlines(values, depth):
    """Rows of packed samples, each behind its filter type (none or up)."""
    rows, previous = b"", None
    for row in values.reshape(values.shape[0], -1):
        if depth == 16:
            packed = row.astype(">u2").tobytes()
        elif depth == 8:
            packed = row.astype(np.uint8).tobytes()
        else:
            bits = (row[:, None] >> np.arange(depth - 1, -1, -1)) & 1
            packed = np.packbits(bits.astype(np.uint8).ravel()).tobytes()
        current = np.frombuffer(packed, np.uint8)
        if previous is not None and random.integers(2):
            rows += b"\2" + (current - previous).tobytes()
        else:
            rows += b"\0" + packed
        previous = current
    return rows


def png(index, kind, depth):
    width, height = size(index)
    interlaced = index % 3 == 1
    values = samples(width, height, CHANNELS[kind], depth)
    extra = b""
    if kind == 3:
        colours = 1 << depth
        # A palette may be shorter than the samples could point to.
        if index % 4 == 0 and colours > 2:
            colours = int(values.max()) + 1
        extra += chunk(b"PLTE", random.integers(0, 256, 3 * colours).astype(np.uint8).tobytes())
        if index % 2:
            extra += chunk(b"tRNS", random.integers(0, 256, colours).astype(np.uint8).tobytes())
    elif kind in (0, 2) and index % 2:
        extra += chunk(b"tRNS", values[0, 0].astype(">u2").tobytes())
    if index % 7 == 0:
        extra = chunk(b"gAMA", struct.pack(">I", 45455)) + extra + chunk(b"tEXt", b"Comment\0a comment")
    if interlaced:
        data = b"".join(
            scanlines(part, depth)
            for x, y, dx, dy in ADAM7
            if (part := values[y::dy, x::dx]).size)
    else:
        data = scanlines(values, depth)
    compressed = zlib.compress(data)
    cut = len(compressed) // 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced))
        + extra + chunk(b"IDAT", compressed[:cut]) + chunk(b"IDAT", compressed[cut:])
        + chunk(b"IEND", b""))


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    return block


def picture(width, height, mode):
    values = samples(width, height, len(mode), 8).astype(np.uint8)
    return Image.fromarray(values.squeeze(2) if mode == "L" else values, mode)


def jpeg(index):
    kind = ["L", "RGB", "CMYK", "RGB", "RGB", "sampling", "YCCK", "RGB"][index % 8]
    width, height = size(index)
    options = dict(
        quality=int(random.integers(20, 100)), progressive=bool(index % 2 if index % 3 else 0),
        optimize=index % 5 == 0, exif=exif(int(random.integers(1, 9))))
    if kind == "sampling":
        # Other samplings than Pillow writes: the same blocks, laid out otherwise.
        old, new, number = [(0x21, 0x12, 1), (0x22, 0x41, 2), (0x22, 0x14, 2)][index // 8 % 3]
        side = int(random.integers(1, 5)) * 32
        options.update(subsampling=number, progressive=False)
        data = encoded(picture(side, side, "RGB"), "JPEG", **options)
        return data.replace(bytes([1, old, 0, 2, 0x11, 1]), bytes([1, new, 0, 2, 0x11, 1]))
    image = picture(width, height, "CMYK" if kind == "YCCK" else kind)
    if kind == "RGB":
        options.update(keep_rgb=True) if index % 16 == 1 else options.update(subsampling=index % 3)
    data = encoded(image, "JPEG", **options)
    if kind == "YCCK":
        adobe = data.index(b"Adobe") + 11
        data = data[:adobe] + b"\2" + data[adobe + 1:]
    return data


def webp(index):
    width, height = size(index)
    image = picture(width, height, ["RGB", "RGBA", "L"][index % 3])
    options = dict(lossless=index % 4 == 0, quality=int(random.integers(10, 100)),
                   method=int(random.integers(0, 5)), exact=index % 5 == 0)
    if index % 7 == 0:
        frames = [picture(width, height, "RGBA") for _ in range(2)]
        options.update(save_all=True, append_images=frames, duration=40)
    if index % 6 == 0:
        options.update(exif=exif(6))
    return encoded(image, "WEBP", **options)


def classic(data):
    image = Image.open(io.BytesIO(data)).convert("L").resize((28, 28))
    image = ImageEnhance.Contrast(image).enhance(0.5)
    return np.asarray(image, np.float32) / 255


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def main(directory):
    pictures = [("png", png(index, *PNG_KINDS[index % len(PNG_KINDS)])) for index in range(300)]
    pictures += [("jpg", jpeg(index)) for index in range(200)]
    pictures += [("webp", webp(index)) for index in range(100)]
    large = picture(2000, 1500, "RGB")
    pictures += [
        ("png", encoded(large, "PNG", compress_level=1)),
        ("jpg", encoded(large, "JPEG", quality=80)),
        ("jpg", encoded(large, "JPEG", progressive=True)),
        ("webp", encoded(large, "WEBP", method=0)),
        ("png", encoded(picture(1, 1500, "L"), "PNG")),
        ("jpg", encoded(picture(2000, 1, "L"), "JPEG"))]
    for index, (extension, data) in enumerate(pictures):
        write(f"{directory}/classic/{index:04}.{extension}", data)
    write(f"{directory}/classic.f32", b"".join(classic(data).tobytes() for _, data in pictures))

    # An upright picture without symmetry.
    pixels = np.full((120, 80), 255, np.uint8)
    pixels[20:100, 20:60] = 90
    pixels[30:50, 25:35] = 20
    upright = Image.fromarray(pixels)
    to_stored = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    for orientation, transposition in to_stored.items():
        stored = upright if transposition is None else upright.transpose(transposition)
        for extension, kind, options in [
                ("png", "PNG", {}), ("jpg", "JPEG", dict(quality=100)), ("webp", "WEBP", dict(lossless=True))]:
            data = encoded(stored, kind, exif=exif(orientation), **options)
            turned = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("L")
            assert turned.size == upright.size and abs(np.asarray(turned, int) - pixels).max() < 9
            write(f"{directory}/orientation/{orientation}.{extension}", data)

    small = picture(20, 15, "RGB")
    write(f"{directory}/small/rgb.png", encoded(small, "PNG"))
    write(f"{directory}/small/palette.png", encoded(small.quantize(20), "PNG", transparency=3))
    write(f"{directory}/small/interlaced.png", png(1, 6, 8))
    write(f"{directory}/small/baseline.jpg", encoded(small, "JPEG"))
    write(f"{directory}/small/progressive.jpg", encoded(small, "JPEG", progressive=True))
    write(f"{directory}/small/cmyk.jpg", encoded(small.convert("CMYK"), "JPEG", exif=exif(3)))
    write(f"{directory}/small/lossy.webp", encoded(small, "WEBP"))
    write(f"{directory}/small/lossless.webp", encoded(small, "WEBP", lossless=True))
    write(f"{directory}/small/alpha.webp", encoded(picture(20, 15, "RGBA"), "WEBP", exif=exif(6)))


main(sys.argv[1])
