import unittest

from gate import is_valid


class TestLegacy(unittest.TestCase):
    """What the old doors send."""

    def test_two_parts(self):
        self.assertEqual(is_valid("mia:read", 1), False)

    def test_nothing(self):
        self.assertEqual(is_valid("", 1), False)


if __name__ == "__main__":
    unittest.main()
