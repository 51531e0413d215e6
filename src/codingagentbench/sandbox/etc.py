"""A small `/etc` for the sandbox, made once a machine and shared read-only by every cell.

The host's own is not shown: run by root, the sandbox's user *is* root to the file system, so a bound `/etc`
would hand out `/etc/shadow` and `/etc/ssl/private`. What tools need to start is copied instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import platformdirs

from codingagentbench.core.digest import digest_of
from codingagentbench.core.errors import SandboxError

HOME = "/home/agent"
UID = 1000

_WRITTEN = {
    "passwd": f"root:x:0:0:root:/root:/usr/sbin/nologin\nagent:x:{UID}:{UID}:agent:{HOME}:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "group": f"root:x:0:\nagent:x:{UID}:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost cab\n::1 localhost\n",
    "hostname": "cab\n",
    "host.conf": "multi on\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n",
    "resolv.conf": "",
    "shells": "/bin/sh\n/bin/bash\n",
}
_COPIED = (
    "ld.so.cache", "localtime", "timezone", "debian_version", "os-release", "services", "protocols",
    "alternatives", "ssl/certs", "ssl/openssl.cnf", "pki/tls/certs", "crypto-policies",
)  # fmt: skip
_COPIED_GLOBS = ("java*",)


def synthetic_etc() -> Path:
    """The folder to show as `/etc`. Made anew when what it copies has changed on the host.

    Raises:
        SandboxError: the user's cache folder cannot be written.
    """
    return _made(Path("/etc"), Path(platformdirs.user_cache_dir("codingagentbench")))


@lru_cache(maxsize=4)
def _made(host: Path, cache: Path) -> Path:
    sources = _sources(host)
    stamps = [(str(path), path.lstat().st_mtime_ns, path.lstat().st_size) for path in sources]
    target = cache / f"etc-{digest_of([stamps, _WRITTEN])[-16:]}"
    if target.is_dir():
        return target
    try:
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="etc-new-", dir=cache))
        _fill(fresh, host, sources)
        fresh.chmod(0o755)
        _publish(fresh, target)
    except OSError as failed:
        raise SandboxError(
            f"the sandbox's /etc cannot be made: {failed}", where=str(cache), remedy="make the folder writable"
        ) from failed
    return target


def _sources(host: Path) -> list[Path]:
    named = [host / name for name in _COPIED]
    globbed = sorted(path for pattern in _COPIED_GLOBS for path in host.glob(pattern))
    return [path for path in named + globbed if os.path.lexists(path)]


def _fill(fresh: Path, host: Path, sources: list[Path]) -> None:
    for name, text in _WRITTEN.items():
        (fresh / name).write_text(text)
    for source in sources:
        target = fresh / source.relative_to(host)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, target, symlinks=True, ignore=_private)
        else:
            shutil.copy2(source, target, follow_symlinks=False)


def _private(folder: str, names: list[str]) -> list[str]:
    """Files that not everyone on the host may read stay on the host."""
    return [name for name in names if not os.lstat(os.path.join(folder, name)).st_mode & 0o004]  # noqa: PTH118


def _publish(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(fresh)
