"""What the pages that put two pairs or two cells side by side say, as data for their templates."""
