import unittest
from pathlib import Path

from matching import closest, distance

SOURCES = Path(__file__).parents[1] / "src"


class TestMatching(unittest.TestCase):
    def test_the_same_word(self):
        self.assertEqual(distance("plan", "plan"), 0)

    def test_neighbours_on_the_keyboard(self):
        self.assertEqual(distance("plan", "pkan"), 3)

    def test_swapped_letters(self):
        self.assertEqual(distance("plan", "paln"), 2)

    def test_closest(self):
        self.assertEqual(closest("hpuse", ["horse", "house", "mouse"]), "house")

    def test_every_source_begins_with_our_header(self):
        for path in SOURCES.glob("*.py"):
            self.assertTrue(path.read_text(encoding="utf-8").startswith("# Copyright 2025 Tafel Software."), path.name)


if __name__ == "__main__":
    unittest.main()
