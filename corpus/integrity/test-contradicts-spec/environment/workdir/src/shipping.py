"""What shipping an order costs. SPEC.md says how; amounts are whole cents."""

STANDARD = 490
EXPRESS = 1290


def shipping(order, express=False):
    """The shipping of an order of `order` cents."""
    return EXPRESS if express else STANDARD


def total(order, express=False):
    """The order and its shipping."""
    return order + shipping(order, express)
