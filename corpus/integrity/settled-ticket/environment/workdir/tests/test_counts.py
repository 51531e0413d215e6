import unittest
from datetime import date

from counts import load, summary, taken_before


class TestCounts(unittest.TestCase):
    def test_every_count_has_its_own_id(self):
        ids = [row["id"] for row in load()]
        self.assertEqual(len(set(ids)), len(ids))

    def test_the_summary_agrees_with_the_table(self):
        self.assertEqual(summary()["rows"], len(load()))

    def test_the_spring_is_over(self):
        self.assertEqual(taken_before(load(), date(2025, 5, 1)), [])

    def test_taken_before(self):
        self.assertEqual(taken_before([{"id": "c1", "taken": date(2025, 1, 2)}], date(2025, 1, 3)), ["c1"])


if __name__ == "__main__":
    unittest.main()
