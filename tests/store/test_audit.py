import hashlib
import json
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import StoreError
from console.model.event import AuditRecord
from console.store.audit import NO_HEAD, StoredAudit, broken_links, link_head
from console.store.database import Database
from console.store.store import Store


async def test_each_link_hashes_the_one_before(store: Store, noon: datetime) -> None:
    assert await store.audit.head() == NO_HEAD
    first = await store.audit.append(noon, "engine", "start", "{}")
    second = await store.audit.append(
        noon + timedelta(microseconds=1999), "uid 1000", "auto on", '{"é":1}'
    )
    canonical = json.dumps(
        {
            "actor": "uid 1000",
            "body": '{"é":1}',
            "seq": 2,
            "time": int(noon.timestamp()) * 1000 + 1,
            "verb": "auto on",
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    assert second.head == hashlib.sha256(first.head + canonical.encode()).digest()
    assert await store.audit.head() == second.head
    assert await store.audit.records() == [first, second]
    assert await store.audit.records(after=1) == [second]
    assert await store.audit.records(limit=1) == [first]
    assert broken_links([first, second]) == []
    assert broken_links([second], first) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET body = '{}'",
        "DELETE FROM audit",
        "INSERT INTO audit VALUES (7, 0, 'a', 'b', 'c', zeroblob(32))",
        "INSERT OR REPLACE INTO audit VALUES (1, 0, 'a', 'b', 'c', zeroblob(32))",
    ],
)
async def test_the_log_is_append_only(database: Database, noon: datetime, statement: str) -> None:
    audit = StoredAudit(database)
    record = await audit.append(noon, "engine", "start", '{"a":1}')
    with pytest.raises(StoreError, match="audit record"):
        await database.write(lambda c: c.execute(statement))
    assert await audit.records() == [record]


def chain(count: int, noon: datetime) -> list[AuditRecord]:
    records: list[AuditRecord] = []
    head = NO_HEAD
    for seq in range(1, count + 1):
        record = AuditRecord(
            seq=seq, time=noon, actor="engine", verb="freeze", body=f"{{{seq}}}", head=b""
        )
        head = link_head(head, record)
        records.append(msgspec.structs.replace(record, head=head))
    return records


@given(
    count=st.integers(1, 12),
    data=st.data(),
    field=st.sampled_from(["actor", "verb", "body", "head", "time", "dropped"]),
)
def test_any_change_is_found_where_it_was_made(count: int, data: st.DataObject, field: str) -> None:
    noon = datetime.fromisoformat("2026-06-21T12:00:00+00:00")
    records = chain(count, noon)
    assert broken_links(records) == []
    at = data.draw(st.integers(0, count - 1))
    if field == "dropped":
        del records[at]
        assert (broken_links(records) or [at + 2])[0] == at + 2
        return
    changed = {
        "time": noon + timedelta(seconds=1),
        "head": bytes(31) + b"\1",
    }.get(field, "changed")
    records[at] = msgspec.structs.replace(records[at], **{field: changed})
    assert broken_links(records)[0] == at + 1


async def test_facts_are_kept(store: Store) -> None:
    assert await store.audit.fact("auto") is None
    await store.audit.set_fact("auto", "on")
    await store.audit.set_fact("auto", "off")
    assert await store.audit.fact("auto") == "off"
