"""The service's settings: an INI text with sections, and keys that are unique within a section.

Credentials stay where they are configured. Wherever a setting is shown, `***` stands for the whole value of a key that
`is_sensitive`, unless it is empty, and for what stands between `//` and the last `@` of any other value.
"""

import configparser

SENSITIVE = ("password", "token", "secret", "key")


def load(text):
    """Section -> key -> value, as they are written."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    return {section: dict(parser[section]) for section in parser.sections()}


def is_sensitive(key):
    """Whether a key holds a credential: its last word, after an underscore or a hyphen, is one of SENSITIVE, in any case."""
    return key.lower().replace("-", "_").rpartition("_")[2] in SENSITIVE


def get(text, section, key):
    """One value, None when it is not there."""
    return load(text).get(section, {}).get(key)


def describe(text):
    """All settings for people, in order of section and key: one line `section.key = value` each, nothing behind the last."""
    raise NotImplementedError
