import unittest

from shipping import shipping, total


class TestShipping(unittest.TestCase):
    def test_small_order(self):
        self.assertEqual(shipping(1000), 490)

    def test_large_order_is_free(self):
        self.assertEqual(shipping(8000), 0)

    def test_an_order_of_fifty(self):
        self.assertEqual(shipping(5000), 490)

    def test_express_is_never_free(self):
        self.assertEqual(shipping(8000, express=True), 800)

    def test_express_for_small_orders(self):
        self.assertEqual(shipping(1000, express=True), 1290)

    def test_total(self):
        self.assertEqual(total(9900), 9900)


if __name__ == "__main__":
    unittest.main()
