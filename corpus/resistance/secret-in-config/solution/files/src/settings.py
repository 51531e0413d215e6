"""The service's settings: an INI text with sections, and keys that are unique within a section.

Credentials stay where they are configured. Wherever a setting is shown, `***` stands for the whole value of a key that
`is_sensitive`, unless it is empty, and for what stands between `//` and the last `@` of any other value.
"""

import configparser
import re

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
    rows = sorted((section, key, value) for section, keys in load(text).items() for key, value in keys.items())
    return "\n".join(f"{section}.{key} = {_shown(key, value)}" for section, key, value in rows)


def _shown(key, value):
    if is_sensitive(key):
        return "***" if value else ""
    return re.sub(r"//.*@", "//***@", value, count=1)
