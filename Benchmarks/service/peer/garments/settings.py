"""What the environment says of the service."""

import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Key:
    """An API key without its secret."""

    id: str
    role: str
    digest: bytes


@dataclass(frozen=True)
class Settings:
    model: Path
    database: Path
    keys: tuple[Key, ...]
    redis_url: str | None
    # FULL: a commit waits for the disk; NORMAL: only the death of the process is survived.
    synchronous: str
    body_limit: int = 10 << 20
    pixel_limit: int = 50_000_000

    @classmethod
    def from_environment(cls) -> "Settings":
        keys = []
        for number, entry in enumerate(os.environ["API_KEYS"].split(","), start=1):
            secret, _, role = entry.partition(":")
            keys.append(Key(f"key-{number}", role, hashlib.sha256(secret.encode()).digest()))
        return cls(
            model=Path(os.environ["MODEL"]),
            database=Path(os.environ["DATABASE"]),
            keys=tuple(keys),
            redis_url=os.environ.get("REDIS_URL") or None,
            synchronous=os.environ.get("SYNCHRONOUS", "FULL"),
        )

    def key(self, secret: str) -> Key | None:
        """The key with a secret; all are compared, each in constant time."""
        digest = hashlib.sha256(secret.encode()).digest()
        found = None
        for key in self.keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found
