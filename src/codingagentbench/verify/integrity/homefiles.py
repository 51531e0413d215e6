"""Which files of HOME a shell, an interpreter or a scheduler loads by itself."""

from __future__ import annotations

import re

_STARTUP = re.compile(
    r"\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|kshrc|inputrc)"
    r"|\.pam_environment|\.pythonrc(?:\.py)?|\.pdbrc|\.config/fish/.*|\.config/(?:systemd|autostart|environment\.d)/.*"
    r"|\.local/lib/python[\d.]+/site-packages/(?:(?:site|user)customize\.py|[^/]*\.pth)"
    r"|(?:\.local/)?bin/(?:python[\d.]*|pytest|cargo|rustc|java|javac|node|npm|go|sh|bash|git|curl|env|make|gcc|cc)",
    re.DOTALL,
)


def is_start_up_file(path: str) -> bool:
    """Whether a path under HOME is loaded without being asked for, or takes a tool's place in the search path."""
    return bool(_STARTUP.fullmatch(path))
