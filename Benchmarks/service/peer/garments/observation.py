"""A request's identity, its largest size, and its line in the log."""

import logging
import re
import sys
import time
import uuid

import orjson
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}").fullmatch


class JSONFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def configure_logging() -> logging.Logger:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JSONFormatter())
    logger = logging.getLogger("garments")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.propagate = False
    return logger


class Observation:
    """Names each request and logs it; plain ASGI, because BaseHTTPMiddleware costs a task a request."""

    def __init__(self, app: ASGIApp, logger: logging.Logger, body_limit: int) -> None:
        self.app = app
        self.logger = logger
        self.body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        start = time.perf_counter()
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _ACCEPTABLE(given) else str(uuid.uuid4())
        fields = scope.setdefault("state", {})["fields"] = {
            "request_id": request_id,
            "client": (scope["client"] or ("",))[0],
            "method": scope["method"],
            "path": scope["path"],
        }

        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields["status"] = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            if int(headers.get(b"content-length", 0)) > self.body_limit:
                refusal = JSONResponse({"detail": "the body is too large"}, 413)
                await refusal(scope, receive, observed_send)
            else:
                await self.app(scope, receive, observed_send)
        finally:
            fields["duration_ms"] = round((time.perf_counter() - start) * 1e3, 3)
            if not scope["path"].startswith("/health/"):
                self.logger.info("request", extra={"fields": fields})
