"""What a language brings with it, and under which names well-known packages are imported."""

from __future__ import annotations

import sys

PYTHON = sys.stdlib_module_names | {"__main__"}
RUST = frozenset(("Self", "alloc", "core", "crate", "proc_macro", "self", "std", "super", "test"))
JAVA = ("java.", "javax.", "jdk.", "org.w3c.dom.", "org.xml.sax.", "org.ietf.jgss.", "com.sun.", "sun.")

NODE = frozenset((
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
    "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module",
    "net", "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream",
    "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
    "worker_threads", "zlib",
))  # fmt: skip

C = frozenset(
    f"{name}.h"
    for name in (
        "aio", "arpa/inet", "assert", "complex", "cpio", "ctype", "dirent", "dlfcn", "endian", "errno",
        "execinfo", "fcntl", "fenv", "float", "fmtmsg", "fnmatch", "ftw", "getopt", "glob", "grp", "iconv",
        "inttypes", "iso646", "langinfo", "libgen", "limits", "locale", "malloc", "math", "monetary", "mqueue",
        "ndbm", "net/if", "netdb", "netinet/in", "netinet/tcp", "nl_types", "poll", "pthread", "pwd", "regex",
        "sched", "search", "semaphore", "setjmp", "signal", "spawn", "stdalign", "stdarg", "stdatomic",
        "stdbit", "stdbool", "stdckdint", "stddef", "stdint", "stdio", "stdlib", "stdnoreturn", "string",
        "strings", "stropts", "sys/epoll", "sys/file", "sys/ioctl", "sys/ipc", "sys/mman", "sys/msg",
        "sys/param", "sys/random", "sys/resource", "sys/select", "sys/sem", "sys/shm", "sys/socket", "sys/stat",
        "sys/statvfs", "sys/syscall", "sys/time", "sys/times", "sys/types", "sys/uio", "sys/un", "sys/utsname",
        "sys/wait", "syslog", "tar", "termios", "tgmath", "threads", "time", "uchar", "unistd", "utime",
        "utmpx", "wchar", "wctype", "wordexp",
    )
)  # fmt: skip
"""C23, POSIX, and what every Linux system has beside them."""

PYTHON_IMPORTS = {
    "Crypto": "pycryptodome", "Levenshtein": "python-levenshtein", "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl", "PIL": "pillow", "attr": "attrs", "bs4": "beautifulsoup4", "cv2": "opencv-python",
    "dateutil": "python-dateutil", "docx": "python-docx", "dotenv": "python-dotenv", "fitz": "pymupdf",
    "git": "gitpython", "jose": "python-jose", "jwt": "pyjwt", "magic": "python-magic",
    "mpl_toolkits": "matplotlib", "nacl": "pynacl", "pkg_resources": "setuptools", "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary", "serial": "pyserial", "skimage": "scikit-image", "sklearn": "scikit-learn",
    "slugify": "python-slugify", "socks": "pysocks", "usb": "pyusb", "websocket": "websocket-client",
    "wx": "wxpython", "yaml": "pyyaml", "zmq": "pyzmq",
}  # fmt: skip
"""Import name -> distribution, where the two differ in more than case and dashes."""
