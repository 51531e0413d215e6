"""Nothing below is a test of ours: hidden tests of synthetic tasks lie here as data."""

collect_ignore_glob = ["*"]
