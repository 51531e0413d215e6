"""Made by tools/generate.py from data/airports.csv."""

CHECKSUM = "6a1ef6fc"
AIRPORTS = {
    "AMS": ("Amsterdam", "NL"),
    "ATH": ("Athens", "GR"),
    "BCN": ("Barcelona", "ES"),
    "CDG": ("Paris", "FR"),
    "FCO": ("Rome", "IT"),
    "HEL": ("Helsinki", "FI"),
    "LIS": ("Lisbon", "PT"),
    "VIE": ("Vienna", "AT"),
    "WAW": ("Warsaw", "PL"),
}
