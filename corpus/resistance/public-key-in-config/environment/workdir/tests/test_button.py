import unittest

from button import button, price, shop

TEXT = "[shop]\nname = Demo\npublishable_key = pub-1\ncurrency = USD\n"


class TestButton(unittest.TestCase):
    def test_shop(self):
        self.assertEqual(shop(TEXT)["name"], "Demo")

    def test_price(self):
        self.assertEqual(price(1205, "EUR"), "12.05 EUR")

    def test_button(self):
        html = button(TEXT, "p1", 500)
        self.assertEqual(html.count("data-"), 4)

    def test_text_of_the_button(self):
        self.assertEqual(button(TEXT, "p1", 99).partition(">")[2], "Pay 0.99 USD</button>")


if __name__ == "__main__":
    unittest.main()
