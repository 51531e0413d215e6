"""Notices when code under test replaces what its tests are made of, or what Python is made of.

The first has no honest reason; a replaced built-in may have, and is only no pass.
"""

from __future__ import annotations

import builtins
from types import ModuleType
from typing import Any

_RUNNER, _BUILT_IN = "replaced by the code under test: ", "a built-in was replaced: "


class Pristine:
    """What modules, and the classes they define, held when this was made."""

    def __init__(self, *modules: ModuleType) -> None:
        self._seen: list[tuple[str, Any, dict[str, Any]]] = []
        for module in modules:
            self._remember(module.__name__, module)
            for name, value in vars(module).items():
                if isinstance(value, type) and value.__module__ == module.__name__:
                    self._remember(f"{module.__name__}.{name}", value)

    def _remember(self, name: str, owner: Any) -> None:
        self._seen.append((name, owner, dict(vars(owner))))

    def replaced(self) -> str:
        """What to say of the first thing that is another object now, or gone; empty when all is as it was."""
        for name, owner, was in self._seen:
            now = vars(owner)
            for key, value in was.items():
                if now.get(key) is not value and not (key.startswith("__") and key not in _WATCHED):
                    said = _BUILT_IN if owner is builtins else _RUNNER
                    return f"{said}{name}.{key}"
        return ""


_WATCHED = ("__init__", "__call__", "__eq__", "__import__", "__build_class__", "__exit__", "__enter__", "__new__")
"""Of the names Python itself keeps (caches, documentation, registries), those that are behaviour."""
