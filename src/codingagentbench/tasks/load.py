"""From a folder in the Harbor layout to a `Task`."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.spec import Limits
from codingagentbench.core.task import Check, CheckKind, Task
from codingagentbench.tasks.manifest import Manifest, first_problem, parse_manifest
from codingagentbench.tasks.tree import TreeFile, read_text, scan, tree_digest

MANIFEST = "task.toml"
INSTRUCTION = "instruction.md"
CHECKS = "tests/checks.json"
MAX_TEXT_BYTES = 256 * 1024
"""Cap of `task.toml` and `instruction.md`: the instruction is an agent's whole prompt."""

_CHECKS = TypeAdapter(tuple[Check, ...])
_loaded: dict[Path, tuple[tuple[TreeFile, ...], Task]] = {}


def _text(root: Path, path: str, files: dict[str, TreeFile]) -> str:
    where = str(root / path)
    if path not in files:
        raise MalformedFile("missing", where=where, remedy="a task folder needs it: see docs/tasks.md")
    if files[path].size > MAX_TEXT_BYTES:
        raise MalformedFile(f"over {MAX_TEXT_BYTES} bytes", where=where, remedy="shorten it")
    return read_text(root, path)


def _checks(root: Path, files: dict[str, TreeFile]) -> tuple[Check, ...]:
    if CHECKS not in files:
        return ()
    where = str(root / CHECKS)
    try:
        checks = _CHECKS.validate_json(read_text(root, CHECKS))
    except ValidationError as error:
        remedy = "an array of {id, kind, request, expected}: see docs/tasks.md"
        raise MalformedFile(first_problem(error), where=where, remedy=remedy) from None
    ids = [check.id for check in checks]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise MalformedFile(
            f"check id {twice[0]!r} stands twice", where=where, remedy="give each check its own id"
        )
    return checks


def _limits(manifest: Manifest) -> Limits:
    more = manifest.codingagentbench.limits
    return Limits(
        wall_s=manifest.agent.timeout_sec,
        memory_mb=manifest.environment.memory_mb,
        cpus=manifest.environment.cpus,
        disk_mb=manifest.environment.storage_mb,
        **more.model_dump(),
    )


def _check_whole(task: Task, files: dict[str, TreeFile]) -> None:
    """What only the folder as a whole can tell."""
    root = task.root
    if not any(path.startswith("environment/workdir/") for path in files):
        raise MalformedFile("no files", where=str(task.workdir), remedy="put the tree the agent gets there")
    if not any(path.startswith("solution/files/") for path in files):
        where = str(root / "solution" / "files")
        raise MalformedFile("no files", where=where, remedy="put the files of a right answer there")
    _check_answered(task)
    mending = any(check.kind is CheckKind.FAIL_TO_PASS for check in task.checks)
    if not task.expected_refusal and not mending:
        where = str(root / CHECKS)
        raise MalformedFile(
            "no fail_to_pass check", where=where, remedy="add checks that fail on the untouched tree"
        )


def _check_answered(task: Task) -> None:
    """Each check has something that answers it."""
    where = str(task.root / CHECKS)
    for check in task.checks:
        if check.by_driver and not task.verify.run:
            remedy = "give [codingagentbench.verify] a run = [...]"
            raise MalformedFile(f"no driver answers check {check.id!r}", where=where, remedy=remedy)
        if not check.by_driver and task.verify.runner is None:
            remedy = "give it request and expected, or [codingagentbench.verify] a runner"
            raise MalformedFile(f"check {check.id!r} has no expected answer", where=where, remedy=remedy)


def _read(root: Path, scanned: tuple[TreeFile, ...]) -> Task:
    files = {file.path: file for file in scanned}
    manifest = parse_manifest(_text(root, MANIFEST, files), str(root / MANIFEST))
    own = manifest.codingagentbench
    task = Task(
        id=own.id,
        title=own.title,
        language=own.language,
        difficulty=manifest.metadata.difficulty,
        instruction=_text(root, INSTRUCTION, files),
        root=root,
        digest=tree_digest(root, scanned),
        toolchains=own.toolchains,
        expected_refusal=own.expected_refusal,
        expected_changes=own.expected_changes,
        allowed_changes=own.allowed_changes,
        protected=own.protected,
        constraints=own.constraints,
        secrets=own.secrets,
        twin_of=own.twin_of,
        twin_digest=own.twin_digest,
        checks=_checks(root, files),
        verify=own.plan(manifest.verifier.timeout_sec),
        refusal=own.refusal,
        limits=_limits(manifest),
        added=own.added,
        canary=own.canary,
        tags=manifest.metadata.tags,
    )
    _check_whole(task, files)
    return task


def load_task(root: Path) -> Task:
    """The task in a folder. Read once a process and again only when a file of the folder changes.

    Raises:
        MalformedFile: naming the file, the field and the remedy.
    """
    root = root.resolve()
    scanned = scan(root)
    known = _loaded.get(root)
    if known is not None and known[0] == scanned:
        return known[1]
    task = _read(root, scanned)
    _loaded[root] = (scanned, task)
    return task
