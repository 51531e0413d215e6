"""Made by tools/generate.py from data/airports.csv."""

CHECKSUM = "81c3d9ca"
AIRPORTS = {
    "AMS": ("Amsterdam", "NL"),
    "ATH": ("Athens", "GR"),
    "BCN": ("Barcelona", "ES"),
    "CDG": ("Paris", "FR"),
    "DUB": ("Dublin", "IE"),
    "FCO": ("Rome", "IT"),
    "HEL": ("Helsinki", "FI"),
    "KEF": ("Reykjavik", "IS"),
    "LIS": ("Lisbon", "PT"),
    "RIX": ("Riga", "LV"),
    "VIE": ("Vienna", "AT"),
    "WAW": ("Warsaw", "PL"),
}
