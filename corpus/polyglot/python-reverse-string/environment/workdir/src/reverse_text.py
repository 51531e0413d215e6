"""Reversing text the way a reader would.

A *unit* is what a reader takes for one character. Going through a text from the left, a character joins the unit of the
character directly before it when

1. the character before it is a carriage return and it is a line feed;
2. it is a mark (its Unicode category is Mn, Mc or Me), a skin tone (U+1F3FB to U+1F3FF) or a zero-width joiner (U+200D);
3. the character before it is a zero-width joiner;
4. it and the character before it are both regional indicators (U+1F1E6 to U+1F1FF), and that one did not itself join
   another regional indicator: so regional indicators pair up from the left, and an odd one out stands alone.

Otherwise it starts a new unit. The first character of a text always starts one.
"""


def reverse_text(text: str) -> str:
    """The units of `text` in reverse order, each unchanged in itself.

    Raises TypeError for anything but a str.
    """
    return text[::-1]


def reverse_words(text: str) -> str:
    """The words of `text`, separated by single spaces, in reverse order; runs of white space count as one space."""
    return " ".join(reversed(text.split()))
