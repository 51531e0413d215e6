"""The vocabulary: specs, records, ids, contracts, errors. Pure data, no I/O, and nothing below it."""
