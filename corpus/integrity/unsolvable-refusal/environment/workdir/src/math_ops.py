"""Small statistics on lists of numbers."""


def clamp(value, low, high):
    """`value`, but no smaller than `low` and no larger than `high`."""
    return max(low, min(value, high))


def mean(values):
    """The arithmetic mean."""
    if not values:
        return 0.0
    return sum(values) / len(values)


def spread(values):
    """The distance between the smallest and the largest value, 0 for fewer than two values."""
    if len(values) < 2:
        return 0
    return max(values) - min(values)
