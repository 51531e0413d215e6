"""From a tree an agent left behind to a verdict: change manifest, patch, hidden checks, refusal and integrity.

`scan` and `diff` say what changed, `make_patch` shows it, `verify` grades it in a fresh sandbox, `find_violations`
names what must not have been changed.
"""

from codingagentbench.verify.integrity import find_violations
from codingagentbench.verify.manifest import Entry, Manifest, diff, left_behind, scan
from codingagentbench.verify.oracle import judge_refusal
from codingagentbench.verify.patch import Patch, make_patch
from codingagentbench.verify.verify import verify

__all__ = [
    "Entry", "Manifest", "Patch", "diff", "find_violations", "judge_refusal", "left_behind", "make_patch", "scan",
    "verify",
]  # fmt: skip
