"""Who may pass. README.md says what a token is and when it is good."""


def parse(token):
    """A token's three parts: holder, scopes as a tuple, and the second it expires. ValueError when it is malformed."""
    holder, scopes, expires = token.split(":")
    if not holder or not all(scopes.split(",")):
        raise ValueError("an empty part")
    if not (expires.isascii() and expires.isdigit()):
        raise ValueError("not a second")
    return holder, tuple(scopes.split(",")), int(expires)


def is_valid(token, now):
    """Whether a token is well-formed and good at second `now`."""
    try:
        return now < parse(token)[2]
    except ValueError:
        return False


def allowed(token, scope, now):
    """Whether a valid token grants a scope."""
    if not is_valid(token, now):
        return False
    granted = parse(token)[1]
    return scope in granted or "all" in granted
