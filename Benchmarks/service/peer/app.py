"""The service that Atelier is measured against: the same contract in Python, written with care.

One route, one engine: POST /predict-onnx with an API key, the classic preprocessing, ONNX Runtime on
one thread, a record in SQLite (write-ahead log) before the answer, a counter in Redis when there is
one, and a JSON log line a request. Blocking work runs in Starlette's thread pool.
"""

import fcntl
import hmac
import io
import json
import logging
import os
import time
import uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone

import numpy as np
import onnxruntime
import redis
from fastapi import Depends, FastAPI, HTTPException, Request, UploadFile
from fastapi.security import APIKeyHeader
from PIL import Image, ImageEnhance, UnidentifiedImageError
from sqlalchemy import Float, String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

CLASSES = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
]
MODEL = os.environ["PEER_MODEL"]
DATABASE = os.environ["PEER_DATABASE"]
KEYS = os.environ.get("PEER_KEYS", "123456").split(",")
# As careful with the disk as Atelier, or only with the process: FULL or NORMAL.
SYNCHRONOUS = os.environ.get("PEER_SYNCHRONOUS", "FULL")


class Base(DeclarativeBase):
    pass


class Prediction(Base):
    __tablename__ = "predictions"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    created_at: Mapped[str] = mapped_column(String)
    filename: Mapped[str] = mapped_column(String)
    model_used: Mapped[str] = mapped_column(String)
    predicted_class: Mapped[str] = mapped_column(String)
    confidence: Mapped[float] = mapped_column(Float)
    inference_time_ms: Mapped[float] = mapped_column(Float)


engine = create_engine(
    f"sqlite:///{DATABASE}", pool_size=40, max_overflow=0, connect_args={"timeout": 30})


@event.listens_for(engine, "connect")
def configure(connection, _):
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")


Session = sessionmaker(engine)
log = logging.getLogger("peer")
key_header = APIKeyHeader(name="X-API-Key")


@asynccontextmanager
async def lifespan(app: FastAPI):
    # Workers start together, and one of them creates the table.
    with open(DATABASE + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Base.metadata.create_all(engine)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    app.state.session = onnxruntime.InferenceSession(MODEL, options)
    app.state.input = app.state.session.get_inputs()[0].name
    app.state.session.run(None, {app.state.input: np.zeros((1, 1, 28, 28), np.float32)})
    url = os.environ.get("REDIS_URL")
    app.state.redis = redis.Redis.from_url(url) if url else None
    handler = logging.FileHandler(os.environ["PEER_LOG"])
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield


app = FastAPI(lifespan=lifespan)


def authenticate(key: str = Depends(key_header)) -> None:
    if not any([hmac.compare_digest(key.encode(), known.encode()) for known in KEYS]):
        raise HTTPException(401, "the key is unknown", {"WWW-Authenticate": "ApiKey"})


def tensor(content: bytes) -> np.ndarray:
    try:
        image = Image.open(io.BytesIO(content)).convert("L").resize((28, 28))
    except (UnidentifiedImageError, OSError) as error:
        raise HTTPException(400, "this is not a picture") from error
    image = ImageEnhance.Contrast(image).enhance(0.5)
    return np.asarray(image, np.float32).reshape(1, 1, 28, 28) / 255


@app.get("/health/ready")
def ready() -> dict:
    return {"status": "ready"}


@app.post("/predict-onnx", dependencies=[Depends(authenticate)])
def predict(request: Request, file: UploadFile) -> dict:
    begin = time.perf_counter()
    pixels = tensor(file.file.read())
    start = time.perf_counter()
    logits = app.state.session.run(None, {app.state.input: pixels})[0][0]
    milliseconds = (time.perf_counter() - start) * 1000
    exponentials = np.exp(logits - logits.max())
    probabilities = exponentials / exponentials.sum()
    best = int(probabilities.argmax())
    record = Prediction(
        id=str(uuid.uuid4()), created_at=datetime.now(timezone.utc).isoformat(),
        filename=file.filename, model_used="ONNX", predicted_class=CLASSES[best],
        confidence=float(probabilities[best]), inference_time_ms=milliseconds)
    answer = {
        "model": "ONNX", "class": record.predicted_class,
        "confidence": round(record.confidence, 4), "inference_time_ms": round(milliseconds, 3),
        "id": record.id,
    }
    with Session.begin() as session:
        session.add(record)
    if app.state.redis:
        app.state.redis.incr("total_predictions")
    log.info(json.dumps({
        "time": datetime.now(timezone.utc).isoformat(), "client": request.client.host,
        "path": request.url.path, "status": 200, "class": answer["class"],
        "duration_ms": round((time.perf_counter() - begin) * 1000, 3),
    }))
    return answer
