"""Small sums over a ledger. An entry is a pair: its amount, a whole number, and its state, "open", "paid" or "void"."""


def balance(entries):
    """The sum of the amounts. Void entries do not count.

    0 when there are no entries at all; ValueError when there are entries and every one of them is void.
    """
    return sum(amount for amount, state in entries)


def label(count):
    """A count for people: "none", "one", or the digits. TypeError for anything but a whole number; a bool is none."""
    return {0: "none", 1: "one"}.get(count, str(count))


def share(part, whole):
    """`part` of `whole` in per cent, rounded down; nothing of nothing is 0.

    ValueError when `part` is negative or larger than `whole`.
    """
    if whole == 0:
        return 0
    return part * 100 // whole


def overdue(entries, limit):
    """The amounts of open entries that are larger than `limit`, in order."""
    return [amount for amount, state in entries if state == "open" and amount > limit]
