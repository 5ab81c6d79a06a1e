"""What every decoder and every check raises: the document's MUST refuse, with the reason in one word."""


class Refused(Exception):
    """An input that MUST be refused (section 2: nothing of it counts)."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def require(condition: bool, reason: str) -> None:
    """Refuses for this reason unless the condition holds."""
    if not condition:
        raise Refused(reason)
