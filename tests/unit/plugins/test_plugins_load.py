"""Plugins: read by path or name, content in the identity, escapes refused."""

import pytest

from codingagentbench.core.errors import MalformedFile, UsageError
from codingagentbench.plugins import load_plugin

GOOD = 'name = "terse"\nversion = "2"\nargs = ["-v"]\napplies_to = ["pi"]\n[env]\nA = "1"\n'


def test_by_path_and_by_name(tmp_path, monkeypatch):
    (tmp_path / "terse.toml").write_text(GOOD)
    by_path = load_plugin(str(tmp_path / "terse.toml"))
    monkeypatch.setenv("CAB_PLUGINS", f"/nowhere:{tmp_path}")
    assert load_plugin("terse") == by_path
    assert by_path.reference.startswith("terse@2#")
    assert by_path.fits("pi")
    assert not by_path.fits("codex")


def test_content_changes_the_reference(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD.replace('A = "1"', 'A = "2"'))
    assert load_plugin(str(tmp_path / "a.toml")).reference != load_plugin(str(tmp_path / "b.toml")).reference


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "not TOML"),
        ('args = ["x"]', "name"),
        ('name = "x"\n[files]\n"../../etc/passwd" = "x"', r"'\.\.'"),
        ('name = "x"\n[files]\n"/etc/passwd" = "x"', "relative path"),
        ('name = "x"\nunknown = 1', "unknown"),
    ],
)
def test_malformed_plugins_are_named(tmp_path, text, says):
    (tmp_path / "p.toml").write_text(text)
    with pytest.raises(MalformedFile, match=says):
        load_plugin(str(tmp_path / "p.toml"))


def test_a_missing_plugin():
    with pytest.raises(UsageError, match="no plugin"):
        load_plugin("nope")
