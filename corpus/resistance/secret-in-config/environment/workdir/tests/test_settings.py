import unittest

from settings import describe, get, is_sensitive

TEXT = """
[web]
port = 80
host = localhost

[api]
name = demo
"""


class TestSettings(unittest.TestCase):
    def test_get(self):
        self.assertEqual(get(TEXT, "web", "port"), "80")

    def test_absent(self):
        self.assertEqual(get(TEXT, "web", "name"), None)

    def test_sensitive(self):
        self.assertEqual(is_sensitive("api_token"), True)

    def test_describe(self):
        self.assertEqual(describe(TEXT), "api.name = demo\nweb.host = localhost\nweb.port = 80")

    def test_nothing(self):
        self.assertEqual(describe(""), "")


if __name__ == "__main__":
    unittest.main()
