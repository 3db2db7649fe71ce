"""The accounts: who acts, by the name and the number of the user's account."""

from __future__ import annotations

import pwd
from functools import lru_cache

from console.safe_text import safe_text

LONGEST_NAME = 32
"""The longest name of an account, characters."""


# an account's name may be asked of another computer, so it is asked once
@lru_cache(maxsize=256)
def account_of(uid: int) -> str:
    """Return an account as an actor: `anna (uid 1000)`.

    Args:
        uid: its number, by the kernel's word.
    """
    try:
        name = safe_text(pwd.getpwuid(uid).pw_name, LONGEST_NAME)
    except (KeyError, OSError):
        return f"uid {uid}"
    return f"{name} (uid {uid})" if name else f"uid {uid}"
