"""Counting votes of the office polls.

A vote is the name of a choice as it was typed: names that differ only in case, or in spaces around them, are one choice,
and a choice is shown as it was typed the first time.
"""


def choices(votes):
    """The choices that got a vote, in the order of their first vote."""
    first = {}
    for vote in votes:
        first.setdefault(vote.strip().lower(), vote.strip())
    return list(first.values())


def tally(votes):
    """Pairs of a choice and its number of votes: most votes first, and of equally many the one voted for first."""
    counted = {}
    for vote in votes:
        name = vote.strip().lower()
        counted[name] = counted.get(name, 0) + 1
    pairs = [(choice, counted[choice.lower()]) for choice in choices(votes)]
    return sorted(pairs, key=lambda pair: -pair[1])


def winner(votes):
    """The first choice of the tally, None without a vote."""
    ranked = tally(votes)
    return ranked[0][0] if ranked else None


def turnout(votes, invited):
    """Votes per hundred invited people, rounded down; 0 when nobody was invited."""
    return len(votes) * 100 // invited if invited else 0
