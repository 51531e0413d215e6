"""`benchmarks/synthetic.py`, for tests that need many cells."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_FILE = Path(__file__).parents[2] / "benchmarks" / "synthetic.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("made_up_cells", _FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_synthetic = _load()
make_results = _synthetic.make_results
add_cell = _synthetic.add_cell
MODELS = _synthetic.MODELS
TUIS = _synthetic.TUIS
