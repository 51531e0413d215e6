# Copyright 2025 Tafel Software. All rights reserved. See LICENSE.
"""Finding what somebody meant to type."""


def distance(left, right):
    """How far two words are apart."""
    return 0 if left == right else abs(len(left) - len(right)) + 1


def closest(word, words):
    """The one of `words` that is closest to `word`, the first of several; None when there are none."""
    return min(words, key=lambda other: distance(word, other), default=None)
