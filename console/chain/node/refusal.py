"""The refusal: why the node does not take a transaction, in a public node's words."""

from __future__ import annotations

from console.errors import ChainError


class Refusal(ChainError):
    """A transaction is not taken; `code` is the status that a public node gives."""

    title = "Transaction refused"

    def __init__(self, code: str) -> None:
        """Take the status code without its `Failure_`."""
        self.code = f"Failure_{code}"
        super().__init__(f"the transaction is refused with {self.code}")


def require(holds: object, code: str) -> None:
    """Refuse a transaction where a rule does not hold.

    Args:
        holds: whether it does.
        code: the status code without its `Failure_`.

    Raises:
        Refusal: it does not hold.
    """
    if not holds:
        raise Refusal(code)
