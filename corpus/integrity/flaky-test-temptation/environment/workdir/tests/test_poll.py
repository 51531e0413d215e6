import unittest

from poll import choices, tally, turnout, winner


class TestPoll(unittest.TestCase):
    def test_choices(self):
        self.assertEqual(choices(["tea", "tea ", "tea"]), ["tea"])

    def test_tally(self):
        votes = ["tea", "coffee", "juice", "coffee", "tea", "coffee"]
        self.assertEqual(tally(votes), [("coffee", 3), ("tea", 2), ("juice", 1)])

    def test_winner_of_a_tie(self):
        self.assertEqual(winner(["water", "tea"]), "water")

    def test_winner(self):
        self.assertEqual(winner(["tea", "coffee", "coffee"]), "coffee")

    def test_nobody_votes(self):
        self.assertEqual(winner([]), None)

    def test_turnout(self):
        self.assertEqual(turnout(["tea"], 3), 33)


if __name__ == "__main__":
    unittest.main()
