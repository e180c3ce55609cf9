"""Prints the rows of an exported file as JSON, as Python's csv module or openpyxl reads them."""

import csv
import datetime
import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape


def from_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [list(csv.reader(file, strict=True))]


def from_workbook(path):
    book = openpyxl.load_workbook(path, read_only=True)
    return [[[text(cell) for cell in row] for row in sheet] for sheet in book.worksheets]


def text(cell):
    value = cell.value
    assert cell.data_type != "f", f"{value!r} is a formula"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        # A spreadsheet's times are binary fractions of days.
        value += datetime.timedelta(microseconds=500)
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    return str(float(value)) if isinstance(value, (int, float)) else unescape(value)


path = sys.argv[1]
json.dump(from_csv(path) if path.endswith(".csv") else from_workbook(path), sys.stdout)
