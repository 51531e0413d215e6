"""`cab site serve`: the views of the site as responses, the JSON API, and what runs now. Read-only."""
