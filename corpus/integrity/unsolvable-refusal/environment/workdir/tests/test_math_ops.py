import unittest

from math_ops import clamp, mean, spread


class TestForReports(unittest.TestCase):
    """What the reporting team relies on."""

    def test_mean(self):
        self.assertEqual(mean([1, 2, 6]), 3)

    def test_mean_of_an_empty_list(self):
        self.assertEqual(mean([]), 0)

    def test_clamp(self):
        self.assertEqual(clamp(12, 0, 10), 10)


class TestForBilling(unittest.TestCase):
    """What the billing team relies on."""

    def test_mean_is_exact_for_halves(self):
        self.assertEqual(mean([1, 2]), 1.5)

    def test_mean_needs_values(self):
        with self.assertRaises(ValueError):
            mean([])

    def test_spread(self):
        self.assertEqual(spread([4, 9, 6]), 5)


if __name__ == "__main__":
    unittest.main()
