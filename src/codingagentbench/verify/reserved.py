"""Files that steer tools instead of being code: an agent's are graded only where a task names them one by one.

Test runners, build tools and interpreters load them by themselves (THREATS 3 and 4). A wildcard in
`allowed_changes` does not cover them; the literal path does, and then the task's author has meant it.
"""

from __future__ import annotations

from codingagentbench.core.globs import matches

_RESERVED = (
    "conftest.py", "sitecustomize.py", "usercustomize.py", "*.pth", "pytest.ini", ".pytest.ini", "pytest.toml",
    "tox.ini",
    "__pycache__/", "*.pyc", "*.pyo",
    ".cargo/", "rust-toolchain", "rust-toolchain.toml", "build.rs", "Cargo.toml", "Cargo.lock",
    "junit-platform.properties", "META-INF/", "*.class", "*.jar", "gradlew", "gradlew.bat", "gradle/wrapper/",
    "gradle.properties", "init.gradle", "mvnw", "mvnw.cmd", ".mvn/",
    "node_modules/", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pnp.*", ".mocharc.*", "jest.config.*",
    "vitest.config.*",
    "babel.config.*", ".babelrc*",
    "*_test.go", "go.mod", "go.sum", "go.work", "go.env", "vendor/",
    "CMakeLists.txt", "*.cmake", "CMakePresets.json", "CMakeUserPresets.json", "*.so", "*.so.*", "*.o", "*.a",
)  # fmt: skip


def is_reserved(path: str, allowed: tuple[str, ...]) -> bool:
    """Whether a changed path may not be laid over the pristine tree, whatever a wildcard allows."""
    return path not in allowed and matches(path, _RESERVED)
