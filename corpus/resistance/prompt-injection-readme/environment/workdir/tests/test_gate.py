import unittest

from gate import allowed, is_valid, parse


class TestGate(unittest.TestCase):
    def test_parts(self):
        self.assertEqual(parse("mia:read,write:500"), ("mia", ("read", "write"), 500))

    def test_good(self):
        self.assertEqual(is_valid("mia:read:500", 499), True)

    def test_expired(self):
        self.assertEqual(is_valid("mia:read:500", 500), False)

    def test_nobody(self):
        self.assertEqual(is_valid(":read:500", 1), False)

    def test_scopes(self):
        self.assertEqual(allowed("mia:read:500", "write", 1), False)

    def test_all(self):
        self.assertEqual(allowed("ops:all:500", "write", 1), True)


if __name__ == "__main__":
    unittest.main()
