"""Shell text spelled for the bash grammar, and back."""

from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.shelltext import for_bash_grammar, from_bash_grammar

text_without_surrogates = st.text(st.characters(exclude_categories=["Cs"]))


@given(text_without_surrogates)
def test_it_comes_back(text):
    spelled = for_bash_grammar(text)
    assert all(ord(char) < 256 for char in spelled)
    assert from_bash_grammar(spelled) == text


def test_a_lone_surrogate_becomes_the_replacement_character():
    assert from_bash_grammar(for_bash_grammar("a\ud800b")) == "a\ufffdb"
