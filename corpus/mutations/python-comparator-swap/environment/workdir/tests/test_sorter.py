import unittest

from sorter import insert_position, is_ordered, largest, merge_sort


class TestSorter(unittest.TestCase):
    def test_empty(self):
        self.assertEqual(merge_sort([]), [])

    def test_singleton(self):
        self.assertEqual(merge_sort([7]), [7])

    def test_already_sorted(self):
        self.assertEqual(merge_sort([1, 2, 3, 4]), [1, 2, 3, 4])

    def test_ints_ascending(self):
        self.assertEqual(merge_sort([3, 1, 2]), [1, 2, 3])

    def test_with_negatives(self):
        self.assertEqual(merge_sort([0, -5, 4, -1]), [-5, -1, 0, 4])

    def test_strings_ascending(self):
        self.assertEqual(merge_sort(["pear", "apple", "fig"]), ["apple", "fig", "pear"])

    def test_largest(self):
        self.assertEqual(largest([4, 9, 1, 7], 2), [9, 7])

    def test_insert_position(self):
        self.assertEqual(insert_position([1, 3, 3, 5], 3), 3)

    def test_is_ordered(self):
        self.assertTrue(is_ordered([1, 1, 2]))
        self.assertFalse(is_ordered([2, 1]))


if __name__ == "__main__":
    unittest.main()
