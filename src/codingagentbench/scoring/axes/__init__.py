"""One module an axis, each with `score(evidence) -> AxisResult`: pure, and with the published page's key names."""
