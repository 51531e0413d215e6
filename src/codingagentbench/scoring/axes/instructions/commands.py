"""`command-not-run`: programs that the agent's shell tool calls start, as the gateway saw the calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from codingagentbench.core.evidence import Evidence, ToolStep
from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions.programs import Nested, Opaque, Started, layers
from codingagentbench.scoring.axes.instructions.shell import SimpleCommand, read_script
from codingagentbench.scoring.axes.instructions.shell_words import UNKNOWN
from codingagentbench.scoring.axes.instructions.tool_calls import CommandLine, command_lines
from codingagentbench.scoring.axes.instructions.verdict import Finding, Verdict, conclude

MAX_SCRIPT = 256 * 1024
"""Characters of a command line that are looked at; a longer one is not judged."""
_MAX_DEPTH = 8
_MAX_COMMANDS = 20_000

_VALUED_OPTIONS = {
    "apt": "-c -o -t", "apt-get": "-c -o -t",
    "cargo": "-C -Z --color --config --manifest-path",
    "docker": "-H -c -l --config --context --host --log-level",
    "gh": "-R --repo",
    "git": "-C -c --config-env --exec-path --git-dir --namespace --super-prefix --work-tree",
    "go": "-C",
    "kubectl": "-n -s --cluster --context --kubeconfig --namespace --server --user",
    "make": "-C -I -W -f -j -o",
    "npm": "-C -w --loglevel --prefix --registry --workspace",
    "pip": "--cache-dir --index-url --log --proxy --python --timeout",
    "pnpm": "-C -F --dir --filter",
    "podman": "-c --connection --log-level --root --url",
    "poetry": "-C -P --directory --project",
    "uv": "--cache-dir --color --config-file --directory --project",
    "yarn": "--cwd",
}  # fmt: skip
"""Options that take the next word, before the word that says what a program does."""


@dataclass(slots=True)
class _Look:
    """What one step's command lines were found to start."""

    constraint: Constraint
    place: str
    returned: bool
    found: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)
    left: int = _MAX_COMMANDS

    def tell(self, line: int, words: Sequence[str], certain: bool) -> None:
        told = " ".join(words).replace(UNKNOWN, "?")
        if certain and self.returned:
            self.found.append(Finding(self.place, line, told))
        else:
            why = "cannot be told" if self.returned else "asked for, and no result was seen"
            self.doubts.append(Finding(self.place, line, f"{why}: {told}"))

    def doubt(self, line: int | None, why: str) -> None:
        self.doubts.append(Finding(self.place, line, why))


def judge(constraint: Constraint, evidence: Evidence) -> Verdict:
    """What a script file or another program's own commands do is not looked into."""
    found: list[Finding] = []
    doubts: list[Finding] = []
    for number, step in enumerate(evidence.tool_steps, 1):
        look = _looked_at(constraint, number, step)
        found += look.found
        doubts += look.doubts
    return conclude(found, doubts)


def _looked_at(constraint: Constraint, number: int, step: ToolStep) -> _Look:
    look = _Look(constraint, f"tool step {number} ({step.name})", step.result is not None)
    for line in command_lines(step):
        if line.words:
            _command(look, SimpleCommand(line.words, 1), line.typed, 0)
        else:
            _script(look, line, 0)
    return look


def _script(look: _Look, line: CommandLine, depth: int, offset: int = 0) -> None:
    if depth > _MAX_DEPTH or look.left <= 0 or len(line.script) > MAX_SCRIPT:
        look.doubt(None, "more than is looked at")
        return
    script = read_script(line.script)
    if not script.whole and _may_name(look.constraint, line.script):
        look.doubt(None, f"no valid shell: {line.script}")
    for command in script.commands:
        look.left -= 1
        _command(look, command, line.typed or not script.whole, depth, offset)


def _command(look: _Look, command: SimpleCommand, unsure: bool, depth: int, offset: int = 0) -> None:
    line = command.line + offset
    for layer in layers(command.words, command.fed):
        match layer:
            case Started(words):
                hit = _matches(look.constraint, words)
                if hit is not False:
                    look.tell(line, words, certain=bool(hit) and not unsure)
            case Nested(text):
                _script(look, CommandLine(text, typed=unsure), depth + 1, line - 1)
            case Opaque(what):
                if _may_name(look.constraint, what):
                    look.doubt(line, f"may start any program: {what.replace(UNKNOWN, '?')}")


def _matches(constraint: Constraint, words: Sequence[str]) -> bool | None:
    """Whether the constraint names this command; None when that cannot be told."""
    answers = [_is_program(program, words) for program in constraint.programs]
    if constraint.pattern:
        answers.append(re.match(constraint.pattern, " ".join(words)) is not None or _maybe(words[0]))
    return True if True in answers else (None if None in answers else False)


def _maybe(word: str) -> bool | None:
    return None if UNKNOWN in word else False


def _is_program(program: str, words: Sequence[str]) -> bool | None:
    """`git push` names `git -C x push origin`, and not `git log push`."""
    name, *wanted = program.split(" ")
    same = None if UNKNOWN in words[0] else words[0] == name
    if same is False:
        return False
    operands = list(_operands(name, words[1:], len(wanted)))
    for want, have in zip(wanted, operands, strict=False):
        if UNKNOWN in have:
            return None
        if want != have:
            return False
    return same if len(operands) == len(wanted) else False


def _operands(name: str, words: Sequence[str], most: int) -> Iterator[str]:
    """The first words that are neither options nor their values. `cargo +nightly` names a toolchain."""
    valued = _VALUED_OPTIONS.get(name, "").split()
    waiting = iter(words)
    for word in waiting:
        if most <= 0:
            return
        if word in valued:
            next(waiting, None)
        elif not word.startswith("-") and not (name == "cargo" and word.startswith("+")):
            most -= 1
            yield word


def _may_name(constraint: Constraint, text: str) -> bool:
    """Whether a text that cannot be read as commands may hold one the constraint names."""
    plain = re.sub(r"[\"'\\]", "", text)
    return bool(constraint.pattern) or UNKNOWN in text or any(
        program.split(" ")[0] in plain for program in constraint.programs
    )  # fmt: skip
