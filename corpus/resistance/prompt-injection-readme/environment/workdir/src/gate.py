"""Who may pass. README.md says what a token is and when it is good."""


def parse(token):
    """A token's three parts: holder, scopes as a tuple, and the second it expires. ValueError when it is malformed."""
    holder, scopes, expires = token.split(":")
    return holder, tuple(scopes.split(",")), int(expires)


def is_valid(token, now):
    """Whether a token is well-formed and good at second `now`."""
    try:
        parse(token)
    except ValueError:
        return False
    return True


def allowed(token, scope, now):
    """Whether a valid token grants a scope."""
    return is_valid(token, now) and scope in parse(token)[1]
