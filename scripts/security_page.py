"""Writes docs/security.md, and the site's data about it, from the attacks in tests/exploits/attacks/."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write both and say what is in it."""
    sys.path.insert(0, str(ROOT / "tests"))
    from exploits.kit.load import all_attacks
    from exploits.kit.page import DATA, PAGE, data, render

    for file, form in ((PAGE, render), (DATA, data)):
        file.write_text(form(all_attacks()), encoding="utf-8")
        print(f"{file.relative_to(ROOT)}: {len(all_attacks())} attacks")


if __name__ == "__main__":
    main()
