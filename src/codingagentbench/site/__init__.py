"""The site: pages made from the results folder; the same templates export static files and serve live."""
