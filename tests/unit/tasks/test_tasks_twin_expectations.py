"""Finding visible expectations in three languages, and what is wrong in their place."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.tasks.twin_expectations import expectations
from codingagentbench.tasks.twin_literals import wrong_in, wrong_number, wrong_python, wrong_text

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=8,
)


@given(PLAIN)
def test_a_wrong_literal_is_a_literal_of_the_same_kind_and_another_value(value: object) -> None:
    wrong = wrong_python(repr(value))
    if wrong is not None:
        found = ast.literal_eval(wrong)
        assert found != value and type(found) is type(value)


@given(st.text())
def test_a_wrong_text_differs(text: str) -> None:
    assert wrong_text(text) != text


@pytest.mark.parametrize("bits", [7, 8, 15, 16, 31, 32, 63, 64])
def test_a_wrong_number_fits_where_the_right_one_did(bits: int) -> None:
    assert wrong_number(2**bits - 1) < 2**bits and wrong_number(2**bits - 2) == 2**bits - 1


@pytest.mark.parametrize("source", ["True", "None", "{1: 2}", "b'x'", "f(3)", "1 +", "[False]", "-", "0.5"])
def test_what_has_no_simple_wrong_value_is_left_alone(source: str) -> None:
    assert wrong_python(source) is None


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("Some(1_000)", "Some(1001)"),
        ('Ok("ab".to_string())', 'Ok("ba".to_string())'),
        ("vec![1u8, 2]", "vec![1u8, 3]"),
        ('List.of("a", "b")', 'List.of("a", "bx")'),
        ("i64::MAX", None),
        (r'"a\"b"', None),
        ("0.5", None),
    ],
)
def test_wrong_expressions_of_rust_and_java(source: str, wrong: str | None) -> None:
    assert wrong_in(source) == wrong


def falsified(path: str, text: str, modules: frozenset[str]) -> list[tuple[str, str]]:
    """(what is compared, the whole text's changed line) of each."""
    lines = []
    for one in expectations(path, text, modules):
        changed = text[: one.start] + one.wrong + text[one.end :]
        (line,) = [new for old, new in zip(text.split("\n"), changed.split("\n"), strict=True) if old != new]
        lines.append((one.actual, line.strip()))
    return lines


PYTHON = """from shop import price as cost, stock
from other import helper
class T:
    def test(self):
        é = "é"; self.assertEqual(cost("é", 1), "ab")
        self.assertEqual(helper(1), 2)
        self.assertEqual(stock(1), stock(2))
        self.assertEqual([stock(3)], [4])
        self.assertEqual(stock(5), 6); self.assertEqual(stock( 5 ), 6)
        self.assertTrue(cost("x", 2))
        self.assertEqual(stock(7), 8, "a message")
"""


def test_python() -> None:
    assert falsified("tests/t.py", PYTHON, frozenset({"shop"})) == [
        ("cost('é', 1)", 'é = "é"; self.assertEqual(cost("é", 1), \'ba\')'),
        ("[stock(3)]", "self.assertEqual([stock(3)], [5])"),
        ("stock(7)", 'self.assertEqual(stock(7), 9, "a message")'),
    ]


RUST = """use shop::{price, stock};
    #[test] fn t() {
        assert_eq!(price("a, (b", 'x', '\\''), Ok(3)); // assert_eq!(
        assert_eq!(calls, 1);
        assert_eq!(
            stock(&[1, 2]),
            vec![4],
        );
        assert_eq!(other(1), 2);
        assert_eq!(price("c"), Err(Gone), "{}", 7);
"""


def test_rust() -> None:
    assert falsified("tests/t.rs", RUST, frozenset({"lib"})) == [
        ("price(\"a, (b\", 'x', '\\'')", "assert_eq!(price(\"a, (b\", 'x', '\\''), Ok(4)); // assert_eq!("),
        ("stock(&[1, 2])", "vec![5],"),
    ]


JAVA = """    private static void check(String name, boolean passed) {
        check("a", Shop.price("x, y").equals("12") && other == 3);
        check("b", Shop.stock(1) == 40L);
        check("c", shop.closed == 1);
        check("d", Shop.open());
        check("e", Shop.all(2).equals(List.of("p", "q")));
"""


def test_java() -> None:
    assert falsified("tests/T.java", JAVA, frozenset({"Shop"})) == [
        ('Shop.price("x, y")', 'check("a", Shop.price("x, y").equals("21") && other == 3);'),
        ("Shop.stock(1)", 'check("b", Shop.stock(1) == 41L);'),
        ("Shop.all(2)", 'check("e", Shop.all(2).equals(List.of("p", "qx")));'),
    ]


@given(
    st.sampled_from([".py", ".rs", ".java", ".go"]), st.text(alphabet="asert_q!(),\"'\\ \n{}[]/.=x1", max_size=80)
)
def test_any_text_is_survived(suffix: str, text: str) -> None:
    for one in expectations(f"t{suffix}", f'use a::x;\nassert_eq!({text} check("n", {text}', frozenset({"a"})):
        assert 0 <= one.start < one.end
