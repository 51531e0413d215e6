"""What the ranking pages share: boards, the state that a URL holds, the frontier, the chooser, the heat map."""
