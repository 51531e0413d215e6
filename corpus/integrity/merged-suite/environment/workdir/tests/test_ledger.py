import unittest

from ledger import balance, label, overdue, share


class TestForReports(unittest.TestCase):
    """What the reporting team relies on."""

    def test_the_balance_of_nothing(self):
        self.assertEqual(balance([]), 0)

    def test_label_of_nothing(self):
        self.assertEqual(label(0), "none")

    def test_nothing_of_nothing(self):
        self.assertEqual(share(0, 0), 0)

    def test_share(self):
        self.assertEqual(share(1, 3), 33)


class TestForBilling(unittest.TestCase):
    """What the billing team relies on."""

    def test_the_balance_of_nothing_that_counts(self):
        with self.assertRaises(ValueError):
            balance([(5, "void"), (0, "void")])

    def test_label_needs_a_number(self):
        with self.assertRaises(TypeError):
            label(False)

    def test_something_of_nothing(self):
        with self.assertRaises(ValueError):
            share(1, 0)

    def test_void_entries_do_not_count(self):
        self.assertEqual(balance([(5, "void"), (7, "open"), (2, "paid")]), 9)

    def test_overdue(self):
        self.assertEqual(overdue([(5, "open"), (9, "paid"), (8, "open")], 5), [8])


if __name__ == "__main__":
    unittest.main()
