"""The naming: namespaces and the mosaics that they name.

Source: the validators and observers of Symbol's namespace plugin, in their order.
"""

from __future__ import annotations

import msgspec

from console.chain.codec import MosaicAlias, NamespaceRegistration
from console.chain.node import limits
from console.chain.node.refusal import Refusal, require
from console.chain.node.state import Namespace, State

_NAMESPACE_BIT = 1 << 63
_GRACE_BLOCKS = limits.GRACE_DAYS * limits.BLOCKS_A_DAY
_LONGEST_BLOCKS = limits.LONGEST_NAMESPACE_DAYS * limits.BLOCKS_A_DAY


def resolve(state: State, unresolved: int, height: int) -> int:
    """Return the mosaic that an id means in a block: itself, or what a living namespace names.

    An id that means nothing is returned as it is; no mosaic has it.
    """
    if not unresolved & _NAMESPACE_BIT:
        return unresolved
    space = _find(state, unresolved)
    if space is None or space.alias is None or height >= _end(state, space):
        return unresolved
    return space.alias


def register(state: State, signer: bytes, body: NamespaceRegistration, height: int) -> None:
    """Register a root namespace, lengthen its life, or register a child.

    Raises:
        Refusal: the state does not allow it.
    """
    if body.parent is None:
        space = _root(state, signer, body, height)
    else:
        space = _child(state, signer, body, body.parent, height)
    state.namespaces.put(body.namespace, space)


def alias(state: State, signer: bytes, body: MosaicAlias, height: int) -> None:
    """Make a namespace the name of a mosaic, or no longer.

    Raises:
        Refusal: the state does not allow it.
    """
    space = _find(state, body.namespace)
    if space is None:
        raise Refusal("Namespace_Unknown")
    if body.link:
        require(space.alias is None, "Namespace_Alias_Already_Exists")
    else:
        require(space.alias is not None, "Namespace_Unknown_Alias")
        require(space.alias == body.mosaic, "Namespace_Alias_Inconsistent_Unlink_Data")
    require(height < _end(state, space), "Namespace_Expired")
    require(space.owner == signer, "Namespace_Owner_Conflict")
    mosaic = state.mosaics.get(body.mosaic)
    if mosaic is None or not mosaic.is_active(height):
        raise Refusal("Mosaic_Expired")
    require(mosaic.owner == signer, "Mosaic_Owner_Conflict")
    named = body.mosaic if body.link else None
    state.namespaces.put(body.namespace, msgspec.structs.replace(space, alias=named))


def _root(state: State, signer: bytes, body: NamespaceRegistration, height: int) -> Namespace:
    space = Namespace(
        (body.namespace,), body.name.decode(), signer, height, height + body.duration, None
    )
    known = state.namespaces.get(body.namespace)
    if known is None or height >= known.end + _GRACE_BLOCKS:
        return space
    end = known.end + body.duration
    require(end <= height + _LONGEST_BLOCKS, "Namespace_Invalid_Duration")
    require(known.owner == signer, "Namespace_Owner_Conflict")
    return msgspec.structs.replace(known, end=end)


def _child(
    state: State, signer: bytes, body: NamespaceRegistration, above: int, height: int
) -> Namespace:
    require(_find(state, body.namespace) is None, "Namespace_Already_Exists")
    parent = _find(state, above)
    if parent is None:
        raise Refusal("Namespace_Unknown_Parent")
    require(len(parent.path) < limits.DEEPEST_NAMESPACE, "Namespace_Too_Deep")
    end = _end(state, parent)
    require(height < end, "Namespace_Expired")
    require(parent.owner == signer, "Namespace_Owner_Conflict")
    path = (*parent.path, body.namespace)
    return Namespace(path, body.name.decode(), signer, height, end, None)


def _find(state: State, namespace: int) -> Namespace | None:
    """Return a namespace, None for one of an earlier life of its root."""
    space = state.namespaces.get(namespace)
    root = None if space is None else state.namespaces.get(space.path[0])
    return space if space and root and root.height <= space.height else None


def _end(state: State, space: Namespace) -> int:
    root = state.namespaces.get(space.path[0])
    return space.end if root is None else root.end
