import unittest

from airports import AIRPORTS
from lookup import city, codes_of


class TestAirports(unittest.TestCase):
    def test_the_new_ones(self):
        self.assertEqual(city("KEF"), "Reykjavik")

    def test_the_old_ones(self):
        self.assertEqual(city("VIE"), "Vienna")

    def test_unknown(self):
        self.assertEqual(city("XXX"), None)

    def test_codes_of_a_country(self):
        self.assertEqual(codes_of("LV"), ["RIX"])

    def test_in_order(self):
        self.assertEqual(list(AIRPORTS), sorted(AIRPORTS))


if __name__ == "__main__":
    unittest.main()
