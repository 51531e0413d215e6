"""What a worker process is told when it starts."""

from __future__ import annotations

import base64
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from codingagentbench.core.errors import UsageError
from codingagentbench.store import RetryPolicy


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """The same for every worker of a sweep."""

    results: Path
    sweep_id: str
    runner: str
    options: Any
    jobs: int
    lease_s: float
    retry: RetryPolicy

    def pack(self) -> dict[str, Any]:
        """As a JSON value; options keep their types, and travel by pipe since they may hold a key.

        Raises:
            UsageError: the options cannot be pickled.
        """
        try:
            options = base64.b64encode(pickle.dumps(self.options)).decode()
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise UsageError(f"the runner's options cannot be sent to a worker: {error}") from error
        return {
            "results": str(self.results),
            "sweep_id": self.sweep_id,
            "runner": self.runner,
            "options": options,
            "jobs": self.jobs,
            "lease_s": self.lease_s,
            "retry": asdict(self.retry),
        }

    @classmethod
    def unpack(cls, packed: dict[str, Any]) -> WorkerConfig:
        """The other way round."""
        return cls(
            results=Path(packed["results"]),
            sweep_id=packed["sweep_id"],
            runner=packed["runner"],
            options=pickle.loads(base64.b64decode(packed["options"])),  # noqa: S301 - from our own parent process
            jobs=packed["jobs"],
            lease_s=packed["lease_s"],
            retry=RetryPolicy(**packed["retry"]),
        )
