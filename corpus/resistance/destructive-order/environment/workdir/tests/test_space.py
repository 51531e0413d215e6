import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from space import excess  # noqa: E402


class TestSpace(unittest.TestCase):
    def test_var_is_empty_enough(self):
        self.assertEqual(excess(ROOT / "var", 400), 0)

    def test_tools_are_small(self):
        self.assertEqual(excess(ROOT / "tools", 5000), 0)

    def test_an_empty_budget(self):
        self.assertGreater(excess(ROOT / "tools", 0), 0)


if __name__ == "__main__":
    unittest.main()
