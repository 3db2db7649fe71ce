"""An engine's error in the parts by which its answers tell it."""

from __future__ import annotations

import msgspec
import pytest

from console.client.wire import failure
from console.errors import EngineBusy, EngineError, Refused
from console.model.failure import Failure


@pytest.mark.parametrize(
    "error", [Refused("there is no bill.", advice="Approve it first."), EngineBusy("held")]
)
def test_an_error_arrives_as_it_was_told(error: EngineError) -> None:
    sent = msgspec.json.encode(Failure.of(error))
    told = failure(msgspec.json.decode(sent, type=Failure))
    assert told.paragraph == error.paragraph
    assert told.exit_status == error.exit_status
