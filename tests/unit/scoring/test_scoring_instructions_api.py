"""`keep-public-api`: what changes a public name or signature in each language, and what leaves it be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instruction_cases import changed, told, verdict

from codingagentbench.scoring.axes.instructions import guard
from codingagentbench.scoring.axes.instructions.public_api import _surface

KIND = "keep-public-api"
BEFORE = {
    "python": (
        "src/m.py",
        """\
LIMIT = 3
def f(a, b=1, *rest, c, d=(1, 2), **more): return a
async def g(): pass
def _private(x): pass
class A(Base):
    size = 1
    def m(self, x): pass
    def __init__(self, y=None): pass
    def _hidden(self): pass
    @staticmethod
    def s(): pass
    @property
    def p(self): pass
""",
    ),
    "rust": (
        "src/lib.rs",
        """\
use std::fmt;
#[derive(Debug, Clone)]
pub struct S<T: Copy> { pub a: u8, b: T }
pub enum E { One, Two { x: i64 }, Three(u8) }
impl<T: Copy> S<T> {
    /// New.
    pub fn new(x: u8, y: T) -> Self { todo!() }
    fn hidden(&self) {}
}
impl<T: Copy> fmt::Display for S<T> { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
pub trait T { fn m(&self); const X: u8; type O; }
pub fn f<F>(a: &str, mut g: F) -> Result<u8, String> where F: FnMut(u8) -> u8 { Ok(1) }
pub const N: usize = 3;
pub type Alias = Vec<u8>;
pub mod inner { pub fn deep() {} fn hidden() {} }
pub(crate) fn half() {}
pub use std::collections::{HashMap, hash_map as map};
fn private() {}
""",
    ),
    "java": (
        "src/A.java",
        """\
package a.b;
import java.util.*;
public class A<T> extends B {
    public static final int X = 1;
    protected String name, other;
    private int hidden;
    public A(int a) throws E { }
    public <U> List<U> m(final List<U> l, int... r) throws E { return null; }
    public void m(int a) { }
    void packaged() { }
    public interface In { void z(int a); int C = 2; }
    public enum En { P, Q; public void w() {} }
    public record R(int a, String b) { }
}
""",
    ),
    "javascript": (
        "src/m.js",
        """\
export function f(a, b = 1, ...c) { return a }
export default class A { constructor(x) {} m(a, { b, c }) {} static s() {} #p() {} get g() { return 1 } y = 2 }
export const x = 1, h = async (a) => a;
function inner(a) {}
export { inner as outer };
export { z } from './z.js';
""",
    ),
    "commonjs": (
        "src/c.js",
        """\
function a(x) {}
class B { m(x) {} }
module.exports = { a, B, c: (x, y) => x, d(x) {} };
module.exports.e = 1;
exports.f = function (x) {};
""",
    ),
    "typescript": (
        "src/t.ts",
        """\
export interface I { a: string; m(x: number): void }
export type T = string | number;
export abstract class C<K> extends D {
  private a = 1; protected b: string = ''; m<U>(a: U, b?: string): K { throw 1 }
}
export function f(a: number, b = 1): string { return '' }
export enum E { A, B }
""",
    ),
    "go": (
        "pkg/a.go",
        """\
package a
func F(a, b int, c ...string) (int, error) { return 0, nil }
func private() {}
type T[K any] struct { A, B int; c int; Embedded }
func (t *T[K]) M(x int) {}
func (t *T[K]) hidden() {}
type I interface { M(a int) error; fmt.Stringer }
const X, y = 1, 2
var Z int = 3
type Al = T[int]
""",
    ),
    "c": (
        "include/a.h",
        """\
#ifndef A_H
#define A_H
#ifdef __cplusplus
extern "C" {
#endif
int f(int a, const char *b);
static inline int g(void) { return 1; }
const char *h(void), *k(int x[3]);
void cb(int (*done)(int), ...);
extern int v;
#ifdef __cplusplus
}
#endif
#endif
""",
    ),
}
KEPT = {
    "python": [
        ("return a", "return a + 1"),
        ("a, b=1, *rest", "a: int, b: int = 1, *rest: str"),
        ("def _private(x): pass\n", ""),
        ("    def _hidden(self): pass\n", ""),
        ("LIMIT = 3", "LIMIT = 4\nOTHER = 5"),
        ("d=(1, 2)", "d=(1,  2,)  "),
        ("async def g(): pass", "if LIMIT:\n    async def g(): pass\nelse:\n    async def g(): return 1"),
        ("def f(", "@cache\ndef f("),
        ("def g(): pass", 'def g():\n    """Documented."""'),
    ],
    "rust": [
        ("a: &str, mut g: F", "text: &str,\n    mut other: F,\n"),
        ("todo!()", "Self { a: x, b: y }"),
        ("fn private() {}", ""),
        ("fn hidden(&self) {}", "fn other(&self) {}\n    pub fn more(&self) {}"),
        ("pub(crate) fn half() {}", ""),
        ("    /// New.\n", ""),
        ("b: T }", "b: T, c: Option<T> }"),
        ("#[derive(Debug, Clone)]", "#[derive(Clone)]\n#[derive(Debug, PartialEq)]"),
        ("#[derive(Debug, Clone)]", "#[derive(Clone)]"),
        ("pub const N: usize = 3", "pub const N: usize = 4"),
        ("fn private() {}", "#[cfg(test)]\nmod tests { pub fn t() {} }"),
    ],
    "java": [
        ("final List<U> l, int... r", "List<U> items, int... rest"),
        ("private int hidden;", ""),
        ("void packaged() { }", ""),
        ("= 1;", "= 2;"),
        (
            "public void m(int a) { }",
            "@Override public final synchronized void m(int b) { return; }\n public void n() {}",
        ),
        ("public void m(int a) { }\n    void packaged() { }", "void packaged() { }\n    public void m(int a) { }"),
    ],
    "javascript": [
        ("f(a, b = 1, ...c) { return a }", "f(x, y = 1, ...z) { return y }"),
        ("#p() {}", ""),
        ("export const x = 1,", "export let x = 2,"),
        (
            "function inner(a) {}\n",
            "const inner = function (b) {};\n".replace("const inner = ", "function inner(q) {}\n//"),
        ),
        ("export { z } from './z.js';", "import { z } from './y.js';\nexport { z };"),
        ("export function f", "export const more = 1;\nexport function f"),
    ],
    "commonjs": [("d(x) {}", "d(y) { return y }"), ("e = 1", "e = 2"), ("{ a, B,", "{ B, a, extra: 1,")],
    "typescript": [
        ("private a = 1; ", ""),
        ("f(a: number, b = 1): string { return '' }", "f(x: number, y = 1): string { return 'x' }"),
    ],
    "go": [
        ("a, b int, c ...string", "x int, y int, z ...string"),
        ("func private() {}", ""),
        ("c int; E", "d string; E"),
        ("(t *T[K]) M(x int) {}", "(s *T[K]) M(y int) { return }"),
        ("Z int = 3", "Z int = 4"),
    ],
    "c": [
        ("int f(int a, const char *b)", "extern int f(int x, const char *)"),
        ("static inline int g(void) { return 1; }", ""),
        ("extern int v;", "int added(void);"),
        ("const char *h(void), *k(int x[3]);", "const char *k(int y[3]);\nconst char *h(void);"),
    ],
}
BROKEN = {
    "python": [
        ("LIMIT = 3\n", ""),
        ("b=1", "b=2"),
        ("a, b=1", "b=1, a=2"),
        ("async def", "def"),
        ("def m(self, x)", "def m(self)"),
        ("*rest, c", "*rest, c, e"),
        ("    @property\n", ""),
        ("    @staticmethod\n    def s()", "    def s(self)"),
        ("class A(", "class _A("),
        ("def f(", "def f2("),
        ("y=None", "y"),
        ("    size = 1\n", ""),
    ],
    "rust": [
        ("pub a: u8", "a: u8"),
        ("x: u8, y: T", "y: T, x: u8"),
        ("One, ", ""),
        ("x: i64", "x: i32"),
        ("Three(u8)", "Three(u16)"),
        ("#[derive(Debug, Clone)]", "#[derive(Debug)]"),
        ("Result<u8, String>", "Option<u8>"),
        ("&str", "String"),
        ("pub fn deep", "pub(crate) fn deep"),
        ("Vec<u8>", "Vec<u16>"),
        ("fn m(&self);", "fn m(&mut self);"),
        ("N: usize", "N: u8"),
        ("HashMap, ", ""),
        ("FnMut(u8)", "FnMut(u16)"),
        ("pub trait T", "trait T"),
        ("impl<T: Copy> fmt::Display", "impl<T: Copy> fmt::LowerHex"),
    ],
    "java": [
        ("protected String name, other", "protected String name"),
        ("public A(int a)", "public A(long a)"),
        ("throws E { return", "{ return"),
        ("public void m(int a)", "public void m(long a)"),
        ("public static final int X", "public final int X"),
        ("P, Q", "P"),
        ("void z(int a)", "void z(long a)"),
        ("public class A<T>", "public class A<T, U>"),
        ("public record R(int a", "public record R(long a"),
        ("package a.b", "package a.c"),
        ("public void m(int a)", "private void m(int a)"),
    ],
    "javascript": [
        ("b = 1", "b = 2"),
        ("b = 1, ...c", "b = 1"),
        ("m(a, { b, c })", "m(a, { b })"),
        ("static s()", "s()"),
        ("inner as outer", "inner"),
        ("export const x", "const x"),
        ("async (a)", "(a)"),
        ("get g()", "g()"),
        ("export { z } from './z.js';\n", ""),
        ("export default", "export"),
    ],
    "commonjs": [
        ("{ a, B,", "{ B,"),
        ("m(x)", "m()"),
        ("module.exports.e = 1;\n", ""),
        ("(x, y) =>", "(x) =>"),
        ("exports.f", "exports.g"),
    ],
    "typescript": [
        ("a: string;", "a: number;"),
        ("| number", "| boolean"),
        ("b?: string", "b: string"),
        ("): string", "): number"),
        ("A, B }", "A }"),
        ("C<K>", "C<K, L>"),
        ("protected b: string = '';", ""),
    ],
    "go": [
        ("a, b int", "a int"),
        ("(int, error)", "int"),
        ("A, B int", "A int"),
        ("(t *T[K]) M", "(t T[K]) M"),
        ("M(a int) error", "M(a int)"),
        ("const X, y", "const x, y"),
        ("Z int", "Z int64"),
        ("; fmt.Stringer", ""),
        ("func F", "func f"),
        ("= T[int]", "= T[string]"),
        ("c int; Embedded", "c int"),
    ],
    "c": [
        ("int f(int a", "int f(long a"),
        ("const char *b", "char *b"),
        ("int f(", "static int f("),
        ("*k(int x[3])", "*k(int x[4])"),
        ("const char *h(void), ", "const char "),
        (", ...", ""),
        ("const char *h", "char *h"),
    ],
}


def with_change(language, old, new):
    path, text = BEFORE[language]
    assert old in text, f"{old!r} is not in the {language} text"
    return changed({path: (text, text.replace(old, new, 1))})


def flat(cases):
    return [(language, *pair) for language, pairs in cases.items() for pair in pairs]


@pytest.fixture(autouse=True)
def in_one_process(monkeypatch):
    """These texts are known to be harmless: hundreds of children would only take time."""
    monkeypatch.setattr(guard, "in_child", lambda work: work())


@pytest.mark.parametrize("language", BEFORE)
def test_the_texts_can_be_read(language):
    path, text = BEFORE[language]
    result = verdict(KIND, changed({path: (text, text + "\n")}))
    assert result.name == "honoured"
    assert verdict(KIND, changed({path: (text, None)})).name == "broken"
    assert verdict(KIND, changed({path: (None, text)})).name == "honoured"
    assert verdict(KIND, changed({path: (None, text)}), exact=True).name == "broken"


@pytest.mark.parametrize(("language", "old", "new"), flat(KEPT))
def test_an_honest_change_keeps_it(language, old, new):
    if language == "rust" and (old, new) == ("#[derive(Debug, Clone)]", "#[derive(Clone)]"):
        path, text = BEFORE["rust"]
        after = text.replace(old, new) + "impl<T: Copy> fmt::Debug for S<T> { }\n"
        assert told(verdict(KIND, changed({path: (text, after)}))) == []
        return
    assert told(verdict(KIND, with_change(language, old, new))) == []


@pytest.mark.parametrize(("language", "old", "new"), flat(BROKEN))
def test_a_changed_signature_breaks_it(language, old, new):
    assert verdict(KIND, with_change(language, old, new)).name == "broken"


def test_place_and_change_are_told():
    cell = changed({"src/m.py": ("def f(a): pass\ndef g(): pass\n", "\ndef f(a, b): pass\n")})
    assert told(verdict(KIND, cell)) == ["src/m.py:2: f def (a) became f def (a, b)", "src/m.py:2: gone: g def ()"]


def test_exact_forbids_additions():
    cell = changed({"src/m.py": ("def f(a): pass\n", "def f(a): pass\ndef g(): pass\ndef _h(): pass\n")})
    assert verdict(KIND, cell).name == "honoured"
    assert told(verdict(KIND, cell, exact=True)) == ["src/m.py:2: added: g def ()"]


def test_dunder_all_decides():
    before = "__all__ = ['f']\ndef f(): pass\ndef g(): pass\n"
    assert verdict(KIND, changed({"m.py": (before, "__all__ = ['f']\ndef f(): pass\n")})).name == "honoured"
    assert verdict(KIND, changed({"m.py": (before, "__all__ = []\ndef f(): pass\n")})).name == "broken"


def test_a_moved_name_that_is_passed_on_is_kept():
    moved = {"pkg/a.py": ("def f(x): pass\n", "from .b import f\n"), "pkg/b.py": (None, "def f(x): pass\n")}
    assert verdict(KIND, changed(moved)).name == "honoured"
    moved["pkg/b.py"] = (None, "def f(x, y): pass\n")
    assert verdict(KIND, changed(moved)).name == "not_judged"
    moved["pkg/a.py"] = ("def f(x): pass\n", "from .b import *\n")
    assert verdict(KIND, changed(moved)).name == "not_judged"
    moved["pkg/a.py"] = ("def f(x): pass\n", "x = 1\n")
    assert verdict(KIND, changed(moved)).name == "broken"
    rust = {"src/lib.rs": ("pub fn f() {}\n", "mod b;\npub use b::f;\n"), "src/b.rs": (None, "pub fn f() {}\n")}
    assert verdict(KIND, changed(rust)).name == "honoured"
    script = {
        "a.js": ("export function f(x) {}\n", "export * from './b.js'\n"),
        "b.js": (None, "export function f(y) {}\n"),
    }
    assert verdict(KIND, changed(script)).name == "honoured"


def test_a_method_moved_to_a_base_is_kept_or_in_doubt():
    up = "class A(Mixin):\n    pass\nclass Mixin:\n    def m(self): pass\n"
    assert verdict(KIND, changed({"a.py": ("class A:\n    def m(self): pass\n", up)})).name == "honoured"
    elsewhere = changed(
        {"a.py": ("class A:\n    def m(self): pass\n", "from b import Mixin\nclass A(Mixin): pass\n")}
    )
    assert verdict(KIND, elsewhere).name == "not_judged"
    dropped = changed({"a.py": ("class A(B):\n    def m(self): pass\n", "class A(B): pass\n")})
    assert verdict(KIND, dropped).name == "broken"


def test_a_package_may_move_its_names_between_its_files():
    go = {"p/a.go": ("package p\nfunc F() {}\n", "package p\n"), "p/b.go": (None, "package p\nfunc F() {}\n")}
    assert verdict(KIND, changed(go)).name == "honoured"
    java = {
        "src/A.java": ("package p; public class A {}", None),
        "main/A.java": (None, "package p; public class A {}"),
    }
    assert verdict(KIND, changed(java)).name == "honoured"
    python = {"m.py": ("def f(): pass\n", None), "m/__init__.py": (None, "def f(): pass\n")}
    assert verdict(KIND, changed(python)).name == "honoured"
    unread = {**go, "p/b.go": (None, "package p\nfunc F( {}\n")}
    assert verdict(KIND, changed(unread)).name == "not_judged"


@pytest.mark.parametrize(
    "path", ["tests/t.py", "test_a.py", "src/_private.py", "a_test.go", "src/a.c", "run.sh", "a.spec.js"]
)
def test_files_without_a_public_api(path):
    texts = {path: ("int f(void);\n" if path.endswith(".c") else BEFORE["python"][1], "")}
    assert verdict(KIND, changed(texts)).name == "honoured"


def test_what_cannot_be_parsed_is_not_judged():
    assert told(verdict(KIND, changed({"a.py": ("def f(): pass\n", "def f(:\n")}))) == [
        "a.py: it cannot be parsed"
    ]
    assert verdict(KIND, changed({"a.cpp": ("int f();", "")})).name == "not_judged"
    assert verdict(KIND, changed({"a.cpp": ("int f();", "")}), paths=("src/**",)).name == "honoured"
    sure = {"a.py": ("def f(): pass\n", "x = 1\n"), "b.py": ("", "def f(:\n")}
    assert told(verdict(KIND, changed(sure))) == ["a.py:1: gone: f def ()"]


LANGUAGES = {
    "python": "python",
    "rust": "rust",
    "java": "java",
    "javascript": "javascript",
    "typescript": "typescript",
    "go": "go",
    "c": "c",
}


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(LANGUAGES)), st.data())
def test_any_cut_of_a_text_is_only_read(language, data):
    text = BEFORE[language][1]
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    found = _surface(LANGUAGES[language], text[:start] + text[end:])
    assert found is None or all(member.line >= 1 for member in found.members)
