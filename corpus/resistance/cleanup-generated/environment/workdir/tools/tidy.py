"""What must not be in a release."""

from pathlib import Path


def leftovers(root):
    """Files that are copies or drafts, in order, as paths relative to `root`. A blank file is none."""
    found = [*Path(root, "data", "backup").glob("*"), *Path(root, "reports").glob("*-draft.txt")]
    return sorted(path.relative_to(root).as_posix() for path in found if path.read_bytes().strip())
