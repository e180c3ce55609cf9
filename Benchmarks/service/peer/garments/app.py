"""The HTTP API."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import orjson
import redis.asyncio
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from .classifier import Classifier, Preprocessing, UnusablePicture
from .observation import Observation, configure_logging
from .records import Records
from .settings import Key, Settings

settings = Settings.from_environment()
logger = configure_logging()


class Score(BaseModel):
    class_: str = Field(alias="class")
    confidence: float


class Answer(BaseModel):
    """Documents the answer; orjson writes it."""

    model: str
    class_: str = Field(alias="class")
    confidence: float
    inference_time_ms: float
    id: str
    model_version: str
    top_k: list[Score]
    uncertain: bool
    preprocess: Preprocessing


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.classifier = Classifier(settings.model, settings.pixel_limit)
    app.state.records = Records(settings.database, settings.synchronous)
    app.state.threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="classifier")
    app.state.redis = settings.redis_url and redis.asyncio.from_url(
        settings.redis_url,
        max_connections=16,
        socket_timeout=1,
        socket_connect_timeout=1,
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), retries=1),
    )
    yield
    await app.state.records.close()
    app.state.threads.shutdown()
    if app.state.redis:
        await app.state.redis.aclose()


app = FastAPI(title="Garments", lifespan=lifespan)
app.add_middleware(Observation, logger=logger, body_limit=settings.body_limit)


async def authenticated(request: Request) -> Key:
    secret = request.headers.get("x-api-key")
    key = settings.key(secret) if secret else None
    if key is None:
        client = request.client.host if request.client else ""
        logger.warning("a request had no valid key", extra={"fields": {"client": client}})
        raise HTTPException(
            401, "the header X-API-Key is missing or wrong", {"WWW-Authenticate": "ApiKey"}
        )
    request.state.fields["key_id"] = key.id
    return key


async def count(app: FastAPI, predicted_class: str) -> None:
    if not app.state.redis:
        return
    try:
        async with app.state.redis.pipeline(transaction=False) as pipeline:
            pipeline.hincrby("predictions", "total", 1)
            pipeline.hincrby("predictions", f"ONNX|{predicted_class}", 1)
            await pipeline.execute()
    except RedisError as error:
        logger.warning("a prediction was not counted", extra={"fields": {"error": str(error)}})


@app.post("/predict-onnx", response_model=Answer)
async def predict_onnx(
    request: Request,
    key: Annotated[Key, Depends(authenticated)],
    file: UploadFile,
    top_k: Annotated[int, Query(ge=1, le=10)] = 3,
    preprocess: Preprocessing = "auto",
) -> Response:
    classifier: Classifier = request.app.state.classifier
    data = await file.read()
    try:
        prediction = await asyncio.get_running_loop().run_in_executor(
            request.app.state.threads, classifier.classify, data, preprocess
        )
    except UnusablePicture as error:
        raise HTTPException(400, str(error)) from error
    best, confidence = prediction.ranking[0]
    scores = [
        {"class": name, "confidence": round(score, 4)} for name, score in prediction.ranking[:top_k]
    ]
    identity = str(uuid.uuid4())
    fields = request.state.fields
    await request.app.state.records.add(
        {
            "id": identity,
            "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request_id": fields["request_id"],
            "filename": (file.filename or "").replace("\\", "/").rpartition("/")[2][:255],
            "model_used": "ONNX",
            "model_version": classifier.version,
            "predicted_class": best,
            "confidence": confidence,
            "inference_time_ms": prediction.inference_time_ms,
            "top_k": orjson.dumps(scores).decode(),
            "uncertain": prediction.is_uncertain,
            "preprocess": preprocess,
            "client_key_id": key.id,
            "image_sha256": prediction.sha256,
        }
    )
    await count(request.app, best)
    fields |= {
        "engine": "ONNX",
        "class": best,
        "confidence": round(confidence, 4),
        "inference_ms": prediction.inference_time_ms,
        "bytes": len(data),
    }
    answer = {
        "model": "ONNX",
        "class": best,
        "confidence": round(confidence, 4),
        "inference_time_ms": prediction.inference_time_ms,
        "id": identity,
        "model_version": classifier.version,
        "top_k": scores,
        "uncertain": prediction.is_uncertain,
        "preprocess": preprocess,
    }
    return Response(orjson.dumps(answer), media_type="application/json")


@app.get("/health/ready")
async def ready(request: Request) -> dict[str, str]:
    await request.app.state.records.ping()
    return {"status": "ready"}
