"""Looking airports up."""

from airports import AIRPORTS


def city(code):
    """The city of an airport, None when it is not known."""
    return AIRPORTS[code][0] if code in AIRPORTS else None


def codes_of(country):
    """The codes of a country's airports, in order."""
    return [code for code, (_, where) in AIRPORTS.items() if where == country]
