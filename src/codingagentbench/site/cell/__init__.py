"""The page of a cell: one attempt with everything that is known of it, section by section."""
