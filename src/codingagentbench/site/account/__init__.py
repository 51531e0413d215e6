"""What the site says about itself and its results: where they come from, what was found, what was taken out."""
