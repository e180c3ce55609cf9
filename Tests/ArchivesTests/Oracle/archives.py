"""Writes archives of the same three files in every format, and hostile ones, into a folder."""

import io
import pathlib
import subprocess
import sys
import tarfile
import zipfile
import zlib

folder = pathlib.Path(sys.argv[1])
# Names and contents that the test knows too. The second is long enough for several blocks.
FILES = [
    ("shirt.txt", b"a shirt"),
    ("靴/boot.txt", bytes(index * index % 251 for index in range(300_000))),
    ("empty.txt", b""),
]


def write_zip(name, files, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(folder / name, "w", compression) as archive:
        for path, content in files:
            archive.writestr(zipfile.ZipInfo(path) if path.endswith("/") else path, content)
    return folder / name


def write_tar(name, mode, files):
    with tarfile.open(folder / name, mode) as archive:
        for path, content in files:
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def vint(value):
    result = bytearray()
    while True:
        value, low = value >> 7, value & 127
        result.append(low | (128 if value else 0))
        if not value:
            return bytes(result)


def rar5(files):
    """Version 5.0 of the format, with stored files (RARLAB, RAR 5.0 archive format)."""

    def block(header):
        body = vint(len(header)) + header
        return zlib.crc32(body).to_bytes(4, "little") + body

    result = b"Rar!\x1a\x07\x01\x00" + block(vint(1) + vint(0) + vint(0))
    for path, content in files:
        name = path.encode()
        header = vint(2) + vint(2) + vint(len(content))  # a file that has data
        header += vint(4) + vint(len(content)) + vint(0o100644)  # its CRC follows
        header += zlib.crc32(content).to_bytes(4, "little") + vint(0) + vint(1)
        result += block(header + vint(len(name)) + name) + content
    return result + block(vint(5) + vint(0) + vint(0))


def rar4(files):
    """Version 2.9 of the format, with stored files (RARLAB, technical note of RAR 4)."""

    def block(kind, flags, fields):
        body = bytes([kind]) + flags.to_bytes(2, "little")
        body += (7 + len(fields)).to_bytes(2, "little") + fields
        return (zlib.crc32(body) & 0xFFFF).to_bytes(2, "little") + body

    result = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for path, content in files:
        name, size = path.encode(), len(content).to_bytes(4, "little")
        fields = size + size + b"\x03" + zlib.crc32(content).to_bytes(4, "little")
        fields += bytes(4) + b"\x1d\x30" + len(name).to_bytes(2, "little")
        fields += (0o100644).to_bytes(4, "little") + name
        result += block(0x74, 0x8000, fields) + content
    return result + block(0x7B, 0x4000, b"")


write_zip("stored.zip", FILES, zipfile.ZIP_STORED)
write_zip("deflated.zip", [("靴/", b"")] + FILES)
for name, mode in [("plain.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.tar.xz", "w:xz")]:
    write_tar(name, mode, FILES)
source = folder / "source"
for path, content in FILES:
    (source / path).parent.mkdir(parents=True, exist_ok=True)
    (source / path).write_bytes(content)
for name, options in [("a.7z", ["--format", "7zip"]), ("a.tar.zst", ["--format", "pax", "--zstd"])]:
    subprocess.run(
        ["bsdtar", "-cf", folder / name, *options, *(path for path, _ in FILES)],
        cwd=source, check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
(folder / "five.rar").write_bytes(rar5(FILES))
(folder / "four.rar").write_bytes(rar4([("shirt.txt", FILES[0][1]), ("boot.txt", FILES[1][1])]))

write_zip("paths.zip", [("../out.txt", b"1"), ("/etc/passwd", b"2"), ("C:\\x.txt", b"3"), ("a/../../b", b"4"), ("in.txt", b"5")])
write_zip("leftovers.zip", [("__MACOSX/._in.txt", b"1"), (".DS_Store", b"2"), ("a/.hidden/b", b"3"), ("in.txt", b"5")])
inner = write_zip("inner.zip", FILES).read_bytes()
write_zip("nested.zip", [("inner.zip", inner), ("in.txt", b"5")])
with tarfile.open(folder / "links.tar", "w") as archive:
    for kind in [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]:
        entry = tarfile.TarInfo("link")
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry)
    entry = tarfile.TarInfo("in.txt")
    entry.size = 1
    archive.addfile(entry, io.BytesIO(b"5"))

stored = (folder / "stored.zip").read_bytes()
(folder / "cut.zip").write_bytes(stored[:200_000])
(folder / "cut.tar.gz").write_bytes((folder / "a.tar.gz").read_bytes()[:300])
wrong = bytearray(stored)
wrong[stored.index(b"a shirt")] ^= 1
(folder / "wrong.zip").write_bytes(wrong)
locked = bytearray((folder / "leftovers.zip").read_bytes())
for signature, offset in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)]:
    locked[locked.rindex(signature) + offset] |= 1
(folder / "encrypted.zip").write_bytes(locked)
write_zip("bomb.zip", [("bomb.bin", bytes(100 << 20)), ("in.txt", b"5")])
write_zip("many.zip", [(f"{index}.txt", b"") for index in range(60)])
(folder / "none.zip").write_bytes(b"PK\x05\x06" + bytes(18))
(folder / "noise.zip").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 8)
