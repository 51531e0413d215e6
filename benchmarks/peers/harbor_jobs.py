"""Fill a Harbor jobs folder with made-up trials, through Harbor's own models. Run it with Harbor's Python.

`python harbor_jobs.py FOLDER JOBS TRIALS_PER_JOB`
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from harbor.models.agent.context import AgentContext
from harbor.models.job.config import JobConfig
from harbor.models.job.result import JobResult, JobStats
from harbor.models.task.id import LocalTaskId
from harbor.models.trial.config import AgentConfig, TaskConfig, TrialConfig
from harbor.models.trial.result import AgentInfo, ModelInfo, TimingInfo, TrialResult
from harbor.models.verifier.result import VerifierResult

START = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    folder, jobs, trials = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for job in range(jobs):
        place = folder / f"job-{job:03d}"
        place.mkdir(parents=True)
        (place / "config.json").write_text(JobConfig(job_name=place.name).model_dump_json())
        stats = JobStats(n_completed_trials=trials)
        result = JobResult(id=uuid4(), started_at=START, finished_at=START, n_total_trials=trials, stats=stats)
        (place / "result.json").write_text(result.model_dump_json())
        for trial in range(trials):
            make_trial(place, trial)


def make_trial(place: Path, number: int) -> None:
    task = f"made-up-{number % 50:03d}"
    name = f"{task}__{number:06d}"
    agent = AgentConfig(name="terminus-2", model_name="acme/large")
    config = TrialConfig(task=TaskConfig(path=Path(task)), trial_name=name, agent=agent)
    ran = TimingInfo(started_at=START, finished_at=START + timedelta(seconds=30))
    result = TrialResult(
        task_name=task, trial_name=name, trial_uri=f"file:///{name}", task_id=LocalTaskId(path=Path(task)),
        task_checksum="0" * 64, config=config,
        agent_info=AgentInfo(name="terminus-2", version="1", model_info=ModelInfo(name="large", provider="acme")),
        agent_result=AgentContext(n_input_tokens=9000, n_output_tokens=800, cost_usd=0.01),
        verifier_result=VerifierResult(rewards={"reward": number % 2}),
        started_at=START, finished_at=START + timedelta(seconds=31), agent_execution=ran,
    )  # fmt: skip
    (place / name).mkdir()
    (place / name / "config.json").write_text(config.model_dump_json())
    (place / name / "result.json").write_text(result.model_dump_json())


main()
