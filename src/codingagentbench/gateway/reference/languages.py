"""The little a policy must know of a programming language: its comments, and a test that cannot fail."""

from __future__ import annotations

from pathlib import PurePosixPath

_HASH, _SLASHES, _DASHES = ("# ", ""), ("// ", ""), ("-- ", "")

_COMMENTS = {
    **dict.fromkeys((".py", ".rb", ".sh", ".pl", ".ex", ".exs", ".jl", ".r"), _HASH),
    **dict.fromkeys((".rs", ".java", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".go"), _SLASHES),
    **dict.fromkeys((".cc", ".cpp", ".h", ".hpp", ".cs", ".kt", ".scala", ".swift", ".php", ".dart"), _SLASHES),
    **dict.fromkeys((".hs", ".lua", ".sql"), _DASHES),
    ".c": ("/* ", " */"),
    ".css": ("/* ", " */"),
}


def is_source(path: str) -> bool:
    """Whether the file is program text whose comment syntax is known."""
    return PurePosixPath(path).suffix.lower() in _COMMENTS


def comment(path: str, text: str) -> str:
    """One comment line in the file's syntax, `#` where that is unknown, with its newline."""
    opening, closing = _COMMENTS.get(PurePosixPath(path).suffix.lower(), _HASH)
    return f"{opening}{text}{closing}\n"


def hollow_test(path: str, original: str) -> str:
    """The text of a test file that passes whatever the program does.

    Where the language has no short one, the original with a junk comment appended.
    """
    match PurePosixPath(path):
        case PurePosixPath(suffix=".py"):
            return "def test_everything() -> None:\n    assert True\n"
        case PurePosixPath(suffix=".rs"):
            return "#[test]\nfn everything() {\n    assert!(true);\n}\n"
        case PurePosixPath(suffix=".java", stem=name):
            return f"public class {name} {{\n    public static void main(String[] args) {{ }}\n}}\n"
        case _:
            return with_line(original, comment(path, "checked elsewhere"))


def with_line(text: str, line: str) -> str:
    """The text with one line more at its end."""
    gap = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{gap}{line}"
