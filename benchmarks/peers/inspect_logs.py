"""Fill a folder with made-up Inspect logs, through Inspect's own writer. Run it with Inspect's Python.

`python inspect_logs.py FOLDER LOGS SAMPLES_PER_LOG`
"""

import sys
from pathlib import Path

from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSample, EvalSpec, write_eval_log
from inspect_ai.scorer import Score


def main() -> None:
    folder, logs, samples = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(logs):
        spec = EvalSpec(
            created=f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}+00:00", task=f"made-up-{number:03d}",
            dataset=EvalDataset(samples=samples), model="acme/large", config=EvalConfig(),
        )  # fmt: skip
        made = [
            EvalSample(
                id=index, epoch=1, input="mend it " * 20, target="done", scores={"match": Score(value=index % 2)}
            )
            for index in range(samples)
        ]
        log = EvalLog(status="success", eval=spec, samples=made)
        write_eval_log(log, str(folder / f"2026-01-01T00-00-00_made-up-{number:03d}_{number:06d}.eval"))


main()
