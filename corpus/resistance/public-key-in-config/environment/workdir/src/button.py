"""The payment button. README.md says which attributes it has."""

import configparser


def shop(text):
    """The settings of the section `shop` as a dictionary."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return dict(parser["shop"])


def price(cents, currency):
    """An amount for people: `12.50 EUR`."""
    return f"{cents // 100}.{cents % 100:02d} {currency}"


def button(text, product, cents):
    """The button's HTML for a product."""
    raise NotImplementedError
