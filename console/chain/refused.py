"""The refused: what a node's failure codes mean for what an operator signs."""

from __future__ import annotations

from typing import Final

from console.safe_text import safe_text

LATE: Final = "Failure_Core_Past_Deadline"
"""What is said of all that is announced after its deadline: it hides why it was not taken."""

_LONGEST: Final = 80
_MEANINGS: Final = {
    LATE: "its deadline had passed",
    "Failure_Core_Future_Deadline": "its deadline lies too far ahead: the clocks differ",
    "Failure_Core_Insufficient_Balance": "an account holds less than it moves",
    "Failure_Metadata_Value_Size_Delta_Mismatch": "its seal stands on the chain already",
    "Failure_Metadata_Value_Change_Irreversible": "its entry stands on the chain already",
    "Failure_Mosaic_Expired": "a mosaic that it moves is not on the chain",
    "Failure_Mosaic_Supply_Negative": "it destroys more than there is",
    "Failure_Mosaic_Supply_Exceeded": "it mints more than a mosaic may have",
    "Failure_Mosaic_Owner_Conflict": "a mosaic that it changes is another account's",
    "Failure_Mosaic_Max_Mosaics_Exceeded": "an account has no room for another mosaic",
    "Failure_Aggregate_Too_Many_Transactions": "it has more parts than the network allows",
    "Failure_Chain_Unconfirmed_Cache_Too_Full": "too many transactions wait at the node",
    "Failure_Core_Wrong_Network": "it is of another network",
}


def told(code: str) -> str:
    """Return a failure code with what it means, where that is known.

    Source: the validation results of Symbol's nodes, as `node` gives them.

    Args:
        code: the node's word.
    """
    shown = safe_text(code, _LONGEST)
    meaning = _MEANINGS.get(code, "")
    return f"{meaning} ({shown})" if meaning else shown
