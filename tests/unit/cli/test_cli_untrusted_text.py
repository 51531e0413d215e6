"""Untrusted text on a terminal: visible, on its line."""

from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.cli.output import line, safe


@given(st.text())
def test_no_control_is_left(text):
    shown = line(text)
    assert shown.isprintable() or not {char for char in shown if ord(char) < 32 or 0x7F <= ord(char) < 0xA0}
    assert "\n" not in shown and "\x1b" not in shown and "\u202e" not in shown


def test_line_breaks_stay_in_messages_and_not_in_lines():
    assert safe("a\nb\x1b[2J\u202e") == "a\nb\\x1b[2J\\x202e"
    assert line("x]\noutcome: solved") == "x]\\noutcome: solved"
