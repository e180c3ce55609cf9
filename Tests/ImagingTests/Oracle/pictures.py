"""Writes seeded random pictures of every mode, and what Pillow makes of them.

    pictures.py DIRECTORY

classic/NNNN.EXT     pictures
classic.f32          784 float32 a picture: convert("L"), resize, Contrast(0.5), / 255
orientation/N.EXT    one picture stored in each of Exif's eight orientations
garment/NNN-KIND.EXT pictures of the test set as photographs
cutout/*             a white garment on a transparent ground
ready/*              one picture of the test set in forms that need no preprocessing
hostile/ERROR-*      files that deserve that error
small/*              a small file of each format
"""

import gzip
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


def test_set():
    with gzip.open("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read()[16:], np.uint8).reshape(-1, 28, 28)


def garments():
    """Pictures of the test set as photographs of all sorts: (index, kind, extension, data)."""
    levels = test_set()
    for index in range(40):
        side = int(random.integers(120, 300))
        large = Image.fromarray(levels[index]).resize((side, side), Image.Resampling.LANCZOS)
        canvas = Image.new("L", [side + int(margin) for margin in random.integers(10, 150, 2)])
        place = [int(random.integers(0, have - side + 1)) for have in canvas.size]
        canvas.paste(large, place)
        black = np.asarray(canvas, np.float32)
        noise = random.normal(0, 4, black.shape)
        yield index, "black", "png", encoded(canvas, "PNG")
        yield index, "white", "png", encoded(ImageOps.invert(canvas), "PNG")
        for kind, values in [("noisy", 235 - black * 0.85 + noise), ("dark", 30 + black * 0.8 + noise)]:
            image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).convert("RGB")
            yield index, kind, "jpg", encoded(image, "JPEG", quality=80)
        cutout = Image.merge("LA", (ImageOps.invert(canvas), canvas.point(lambda level: 255 if level > 2 else 0)))
        yield index, "cutout", "webp", encoded(cutout.convert("RGBA"), "WEBP", lossless=True, method=0)
        if index % 30 == 0:
            photo = ImageOps.scale(ImageOps.invert(canvas), 4000 / max(canvas.size)).rotate(180)
            photo = photo.convert("RGB")
            yield index, "large", "jpg", encoded(photo, "JPEG", quality=85, exif=exif(3))


def ready():
    """The first picture of the test set in every form that needs no preprocessing."""
    grey = Image.fromarray(test_set()[0])
    yield "grey.png", encoded(grey, "PNG")
    yield "rgb.png", encoded(grey.convert("RGB"), "PNG")
    yield "opaque.png", encoded(grey.convert("RGBA"), "PNG")
    yield "palette.png", encoded(grey.convert("P"), "PNG")
    yield "wide.png", encoded(Image.fromarray(np.asarray(grey, np.uint16) * 257), "PNG")
    yield "rgb.webp", encoded(grey.convert("RGB"), "WEBP", lossless=True)


def hostile():
    """Files that ask for too much, named after the error they deserve."""
    def header(width, height, *chunks):
        return (b"\x89PNG\r\n\x1a\n"
                + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                + b"".join(chunks) + chunk(b"IDAT", zlib.compress(b"\0" * 4)) + chunk(b"IEND", b""))

    def resized(data, width, height):
        start = next(at for at in range(len(data)) if data[at] == 0xFF and data[at + 1] in (0xC0, 0xC2))
        return data[:start + 5] + struct.pack(">HH", height, width) + data[start + 9:]

    bomb = zlib.compress(b"a" * (64 << 20))
    yield "tooLarge-square.png", header(60000, 60000)
    yield "tooLarge-long.png", header(40_000_000, 1)
    yield "tooLarge-most.png", header(0x7FFFFFFF, 0x7FFFFFFF)
    yield "damaged-empty.png", header(0, 1)
    yield "tooLarge-negative.png", header(0x80000000, 1)
    yield "metadataTooLarge-profile.png", header(1, 1, chunk(b"iCCP", b"a\0\0" + bomb))
    yield "metadataTooLarge-text.png", header(1, 1, chunk(b"zTXt", b"a\0\0" + bomb))
    small = picture(20, 15, "RGB")
    baseline, progressive = (encoded(small, "JPEG", progressive=value) for value in (False, True))
    yield "tooLarge-baseline.jpg", resized(baseline, 65500, 65500)
    yield "tooLarge-progressive.jpg", resized(progressive, 65500, 65500)
    yield "damaged-empty.jpg", resized(baseline, 20, 0)
    yield "unsupportedVariant-12bit.jpg", baseline.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c")
    last = progressive.rindex(b"\xff\xda")
    yield "damaged-scans.jpg", progressive[:-2] + progressive[last:-2] * 200 + b"\xff\xd9"
    frames = [picture(20, 15, "RGBA") for _ in range(2)]
    animated = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    yield "tooLarge-canvas.webp", animated[:24] + struct.pack("<I", 16382)[:3] * 2 + animated[30:]
    lossless = encoded(small, "WEBP", lossless=True)
    yield "tooLarge-lossless.webp", lossless[:21] + struct.pack("<I", 16382 << 14 | 16382) + lossless[25:]


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

    for index, kind, extension, data in garments():
        write(f"{directory}/garment/{index:03}-{kind}.{extension}", data)

    # A white garment, cut out.
    pale = np.zeros((90, 60, 2), np.uint8)
    pale[..., 0] = 70
    pale[10:80, 15:45] = 250, 255
    write(f"{directory}/cutout/pale.png", encoded(Image.fromarray(pale, "LA"), "PNG"))

    for name, data in ready():
        write(f"{directory}/ready/{name}", data)
    for name, data in hostile():
        write(f"{directory}/hostile/{name}", data)

    small = picture(20, 15, "RGB")
    write(f"{directory}/small/rgb.png", encoded(small, "PNG"))
    write(f"{directory}/small/palette.png", encoded(small.quantize(20), "PNG", transparency=3))
    write(f"{directory}/small/interlaced.png", png(10, 6, 8))
    write(f"{directory}/small/baseline.jpg", encoded(small, "JPEG"))
    write(f"{directory}/small/progressive.jpg", encoded(small, "JPEG", progressive=True))
    write(f"{directory}/small/cmyk.jpg", encoded(small.convert("CMYK"), "JPEG", exif=exif(3)))
    write(f"{directory}/small/lossy.webp", encoded(small, "WEBP"))
    write(f"{directory}/small/lossless.webp", encoded(small, "WEBP", lossless=True))
    write(f"{directory}/small/alpha.webp", encoded(picture(20, 15, "RGBA"), "WEBP", exif=exif(6)))


main(sys.argv[1])
