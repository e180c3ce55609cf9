"""Fills the database of a server with predictions, as if it had served for months."""

import json
import random
import sqlite3
import uuid

CLASSES = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
]
ENGINES = ["ONNX", "PyTorch", "TorchScript", "PyTorch (Quantized)", "Native"]
VERSIONS = ["autumn", "winter", "spring"]
START = 1_780_000_000_000
STEP = 1_300
COLUMNS = (
    "id, created_at, request_id, filename, model_used, model_version, predicted_class, confidence, "
    "inference_time_ms, top_k, uncertain, preprocess, client_key_id, image_sha256, true_label, garment, facet"
)


def identity(milliseconds, bits):
    """A UUID of version 7."""
    high = milliseconds << 16 | 0x7000 | bits >> 62 & 0xFFF
    return str(uuid.UUID(int=high << 64 | 0x8000000000000000 | bits & (1 << 62) - 1))


def timestamp(milliseconds):
    import datetime

    time = datetime.datetime.fromtimestamp(milliseconds / 1_000, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1_000:03}Z"


def rows(count, facets):
    """The rows, oldest first: one in a hundred has a label, one in ten of the engines and versions is
    rare, and one name in a hundred thousand is `rare`."""
    chance = random.Random(7)
    for number in range(count):
        milliseconds = START + number * STEP
        engine = chance.choices(ENGINES, [70, 15, 10, 4.9, 0.1])[0]
        version = VERSIONS[min(2, number * 3 // count)]
        name = chance.choices(CLASSES, [10, 10, 10, 10, 10, 10, 10, 19.9, 10, 0.1])[0]
        confidence = 1 - chance.random() ** 3 * 0.7
        uncertain = int(confidence < 0.5)
        label = None
        if chance.random() < 0.01:
            label = name if chance.random() < 0.9 else chance.choice(CLASSES)
        facet = facets.setdefault((engine, version, name, uncertain, label or ""), len(facets) + 1)
        filename = ("rare" if number % 100_000 == 99 else "IMG") + f"_{number % 10_000:04}.jpg"
        top = [{"class": name, "confidence": round(confidence, 7)}]
        top += [
            {"class": other, "confidence": round((1 - confidence) / 2, 7)}
            for other in CLASSES[:3] if other != name
        ][:2]
        yield (
            identity(milliseconds, chance.getrandbits(74)), timestamp(milliseconds),
            str(uuid.UUID(int=chance.getrandbits(128))), filename, engine, version, name, confidence,
            chance.uniform(0.03, 3), json.dumps(top, separators=(",", ":")), uncertain, "auto",
            "key-1", f"{chance.getrandbits(256):064x}", label, 1, facet,
        )


def fill(path, count):
    """Adds rows to a database that a server made. What its triggers would count one by one is counted
    once, at the end."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -200000")
    triggers = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'predictions'"
    ).fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    indices = database.execute(
        "SELECT name, sql FROM sqlite_master "
        "WHERE type = 'index' AND tbl_name = 'predictions' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indices:
        database.execute(f"DROP INDEX {name}")
    facets = {}
    marks = ", ".join("?" * 17)
    database.executemany(f"INSERT INTO predictions ({COLUMNS}) VALUES ({marks})", rows(count, facets))
    for _, sql in indices:
        database.execute(sql)
    database.executemany(
        "INSERT INTO prediction_facets (model_used, model_version, predicted_class, uncertain, "
        "true_label, facet) VALUES (?, ?, ?, ?, ?, ?)",
        [key + (number,) for key, number in facets.items()])
    database.execute(
        "UPDATE prediction_facets SET predictions = "
        "(SELECT count(*) FROM predictions WHERE predictions.facet = prediction_facets.facet)")
    for _, sql in triggers:
        database.execute(sql)
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
