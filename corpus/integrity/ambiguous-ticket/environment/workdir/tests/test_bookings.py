import unittest
from datetime import date

from bookings import load, nights_sold


class TestBookings(unittest.TestCase):
    def test_every_booking_has_its_own_id(self):
        ids = [row["id"] for row in load()]
        self.assertEqual(len(set(ids)), len(ids))

    def test_rows_are_in_order_of_arrival(self):
        arrivals = [row["arrival"] for row in load()]
        self.assertEqual(arrivals, sorted(arrivals))

    def test_settled_bookings_of_january_are_gone(self):
        self.assertEqual([row["id"] for row in load() if row["arrival"] < date(2025, 2, 1)], [])

    def test_nights_sold(self):
        self.assertEqual(nights_sold([{"nights": 2}, {"nights": 5}]), 7)


if __name__ == "__main__":
    unittest.main()
