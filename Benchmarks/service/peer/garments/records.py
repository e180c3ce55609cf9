"""The predictions table, and a writer that commits what arrives together in one transaction."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    text,
)
from sqlalchemy.schema import CreateTable

predictions = Table(
    "predictions",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("created_at", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("filename", String, nullable=False),
    Column("model_used", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("predicted_class", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("inference_time_ms", Float, nullable=False),
    Column("top_k", String, nullable=False),
    Column("uncertain", Boolean, nullable=False),
    Column("preprocess", String, nullable=False),
    Column("client_key_id", String, nullable=False),
    Column("image_sha256", String, nullable=False),
    Column("true_label", String),
)


class Records:
    """One connection and one thread write; that is all the concurrency SQLite has for writers."""

    def __init__(self, database: Path, synchronous: str) -> None:
        self._synchronous = synchronous
        self._engine = create_engine(f"sqlite:///{database}", connect_args={"timeout": 5})
        event.listen(self._engine, "connect", self._configure)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="records")
        self._insert = insert(predictions)
        self._waiting: list[tuple[dict[str, Any], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        with self._engine.begin() as connection:
            connection.execute(CreateTable(predictions, if_not_exists=True))

    def _configure(self, connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")

    async def add(self, record: dict[str, Any]) -> None:
        """Stores a record; returns after its transaction is committed."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((record, future))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_waiting())
        await future

    async def ping(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._ping)

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer
        self._thread.shutdown()
        self._engine.dispose()

    async def _write_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                await loop.run_in_executor(self._thread, self._write, [row for row, _ in group])
            except Exception as error:
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)
            else:
                for _, future in group:
                    if not future.done():
                        future.set_result(None)
        self._writer = None

    def _write(self, rows: list[dict[str, Any]]) -> None:
        with self._engine.begin() as connection:
            connection.execute(self._insert, rows)

    def _ping(self) -> None:
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))
