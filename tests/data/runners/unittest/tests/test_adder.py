import unittest

import adder


class TestAdder(unittest.TestCase):
    def test_small(self):
        self.assertEqual(adder.add(1, 2), 3)

    def test_large(self):
        for left in (40, 41):
            with self.subTest(left=left):
                assert adder.add(left, 2) == left + 2

    def test_double(self):
        self.assertEqual(adder.double(4), 8)
