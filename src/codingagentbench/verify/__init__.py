"""From a tree an agent left behind to a verdict: change manifest, patch, hidden checks, refusal and integrity.

`scan` and `diff` say what changed, `make_patch` shows it, `verify` grades it in a fresh sandbox, `find_violations`
names what must not have been done.
"""

from codingagentbench.verify.closing import hear_refusal
from codingagentbench.verify.integrity import (
    Subject,
    closing_text,
    find_notes,
    find_violations,
    is_start_up_file,
)
from codingagentbench.verify.junit import junit_of_checks, read_junit, write_junit
from codingagentbench.verify.manifest import Entry, Manifest, diff, left_behind, scan
from codingagentbench.verify.oracle import judge_refusal
from codingagentbench.verify.patch import Patch, make_patch
from codingagentbench.verify.verify import verify
from codingagentbench.verify.visible import Trees, add_visible_run

__all__ = [
    "Entry", "Manifest", "Patch", "Subject", "Trees", "add_visible_run", "closing_text", "diff", "find_notes",
    "find_violations", "hear_refusal", "is_start_up_file", "judge_refusal", "junit_of_checks", "left_behind",
    "make_patch",
    "read_junit", "scan", "verify", "write_junit",
]  # fmt: skip
