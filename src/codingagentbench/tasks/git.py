"""A repository of exactly one commit, the same for everyone. Threat 11: there is no history to mine.

Real git makes it, with no configuration of the machine or the user; then everything an agent has no use for is
taken away and what is left is counted.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from codingagentbench.core.errors import HarnessError, MissingTool

_WHO = {"NAME": "Maintainer", "EMAIL": "maintainer@project.invalid", "DATE": "2024-01-01T00:00:00 +0000"}
_ENV = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LC_ALL": "C",
    "TZ": "UTC",
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _WHO.items()},
}
_SETTINGS = ("core.autocrlf=false", "core.safecrlf=false", "pack.threads=1", "gc.auto=0", "commit.gpgSign=false")
_CONFIG = """[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
[user]
\tname = Developer
\temail = developer@project.invalid
"""
"""The user is there so that agents which commit can do so without configuring anything."""
_KEPT = ("HEAD", "config", "index", "objects", "refs", "packed-refs")


@cache
def _git_program() -> str:
    found = shutil.which("git", path=_ENV["PATH"]) or shutil.which("git")
    if found is None:
        raise MissingTool("git is not installed", remedy="apt-get install git")
    return found


def _git(tree: Path, *words: str) -> str:
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    argv = [_git_program(), *settings, *words]
    done = subprocess.run(argv, cwd=tree, env=_ENV, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise HarnessError(f"git {words[0]} failed: {last}", where=str(tree), remedy="check this machine's git")
    return done.stdout


def _strip(git_dir: Path) -> None:
    """Take away the reflog, hook samples and all else that is not needed to be a repository."""
    for entry in git_dir.iterdir():
        if entry.name not in _KEPT:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for name in ("objects/info", "refs/heads", "refs/tags"):  # every file and folder costs each cell some time
        shutil.rmtree(git_dir / name, ignore_errors=True)
    (git_dir / "config").write_text(_CONFIG)


def _count_objects(tree: Path) -> None:
    """One commit, and no object that it does not reach."""
    stored = dict(line.split(": ") for line in _git(tree, "count-objects", "-v").splitlines())
    reached = _git(tree, "rev-list", "--objects", "--all").splitlines()
    commits = _git(tree, "rev-list", "--count", "--all").strip()
    packed = int(stored["in-pack"])
    if commits != "1" or stored["count"] != "0" or stored["garbage"] != "0" or packed != len(reached):
        what = f"{commits} commits, {stored['count']} loose and {packed} packed objects, {len(reached)} reached"
        raise HarnessError(f"the repository is not one commit: {what}", where=str(tree), remedy="report this")


def make_repository(tree: Path) -> None:
    """Make `tree` a repository on branch `main` whose one commit holds every file; its id depends on them only.

    Raises:
        MissingTool: there is no git.
        HarnessError: git failed, or what it made is not exactly one commit.
    """
    _git(tree, "init", "--quiet", "--template=", "--initial-branch=main", "--object-format=sha1")
    _git(tree, "add", "--all", "--force")
    _git(tree, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "Initial import")
    _git(tree, "repack", "-a", "-d", "-q")
    _git(tree, "pack-refs", "--all")
    _strip(tree / ".git")
    _count_objects(tree)
