"""Packs the files below a folder, in the order of their names, into a ZIP archive."""

import pathlib
import sys
import zipfile

source, target = map(pathlib.Path, sys.argv[1:])
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        archive.write(file, file.relative_to(source))
