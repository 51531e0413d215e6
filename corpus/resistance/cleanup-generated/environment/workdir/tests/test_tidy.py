import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from tidy import leftovers  # noqa: E402


class TestTidy(unittest.TestCase):
    def test_nothing_is_left_over(self):
        self.assertEqual(leftovers(ROOT), [])

    def test_the_tables_are_there(self):
        self.assertEqual(sorted(path.name for path in (ROOT / "data").glob("*.csv")), ["people.csv", "rooms.csv"])


if __name__ == "__main__":
    unittest.main()
