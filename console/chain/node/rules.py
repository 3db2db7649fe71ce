"""The rules that need no state: what a node refuses from a transaction's own values."""

from __future__ import annotations

from console.chain.codec import (
    AccountMetadata,
    Aggregate,
    Body,
    MosaicDefinition,
    NamespaceRegistration,
    SupplyChange,
    Transaction,
    Transfer,
    mosaic_id,
    namespace_id,
)
from console.chain.node import limits
from console.chain.node.identity import account_of
from console.chain.node.refusal import require

_RESERVED = frozenset(namespace_id(name.encode()) for name in limits.RESERVED_NAMES)


def check(transaction: Transaction) -> None:
    """Refuse what no state could make valid.

    Source: the stateless validators of Symbol's node, in their order.

    Raises:
        Refusal: a rule does not hold.
    """
    require(transaction.network == limits.NETWORK, "Core_Wrong_Network")
    body = transaction.body
    if not isinstance(body, Aggregate):
        _check_body(body, transaction.signer)
        return
    require(body.inner, "Aggregate_No_Transactions")
    require(len(body.inner) <= limits.MOST_INNER, "Aggregate_Too_Many_Transactions")
    for inner in body.inner:
        require(inner.network == limits.NETWORK, "Core_Wrong_Network")
        _check_body(inner.body, inner.signer)


def _check_body(body: Body, signer: bytes) -> None:
    match body:
        case Transfer(message=message):
            require(len(message) <= limits.LONGEST_MESSAGE, "Transfer_Message_Too_Large")
        case SupplyChange(delta=delta):
            require(delta, "Mosaic_Invalid_Supply_Change_Amount")
        case MosaicDefinition():
            owner = account_of(signer)
            require(body.mosaic == mosaic_id(body.nonce, owner), "Mosaic_Id_Mismatch")
        case AccountMetadata():
            _check_metadata(body)
        case NamespaceRegistration():
            _check_name(body)
        case _:
            pass


def _check_metadata(body: AccountMetadata) -> None:
    size = len(body.value)
    require(size, "Metadata_Value_Too_Small")
    require(abs(body.delta) <= size, "Metadata_Value_Size_Delta_Too_Large")
    require(size <= limits.LONGEST_VALUE, "Metadata_Value_Too_Large")


def _check_name(body: NamespaceRegistration) -> None:
    id_ = namespace_id(body.name, body.parent)
    require(body.namespace == id_, "Namespace_Name_Id_Mismatch")
    root = body.parent or body.namespace
    require(root not in _RESERVED, "Namespace_Root_Name_Reserved")
    if body.parent is None:
        shortest = limits.SHORTEST_NAMESPACE_DAYS * limits.BLOCKS_A_DAY
        longest = limits.LONGEST_NAMESPACE_DAYS * limits.BLOCKS_A_DAY
        require(shortest <= body.duration <= longest, "Namespace_Invalid_Duration")
