"""What a service raises when it refuses."""

from __future__ import annotations


class RuleBroken(Exception):
    """A rule of the product forbids the act.

    The message is a whole Chinese sentence for the user and says what to do instead.
    """

    def __init__(self, message: object) -> None:
        super().__init__(message)

    @property
    def message(self) -> str:
        # Built late: a lazy translation must follow the reader's language.
        return str(self.args[0])

    def __str__(self) -> str:
        return self.message
