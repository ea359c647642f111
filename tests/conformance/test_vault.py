"""What every vault keeps to: secrets come back, and never stand anywhere in clear."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from adapters.filesystem.key_file import KeyFile
from adapters.sqlite.store import SqliteStore
from domain import errors
from tests.conformance.stores import KEYS, OTHER_KEYS, VIEWS, child, open_store, said

SECRET = "EAAG-a-token-nobody-may-see"


def test_a_secret_comes_back(store: SqliteStore) -> None:
    store.vault.put("account/1/token", SECRET)
    store.vault.put("account/2/token", "ünïcödé ☃" * 1000)
    assert store.vault.get("account/1/token") == SECRET
    assert store.vault.get("account/2/token") == "ünïcödé ☃" * 1000


def test_a_name_without_a_secret_has_none(store: SqliteStore) -> None:
    assert store.vault.get("account/1/token") is None


def test_a_secret_can_be_replaced_and_removed(store: SqliteStore) -> None:
    store.vault.put("name", "old")
    store.vault.put("name", SECRET)
    assert store.vault.get("name") == SECRET
    store.vault.remove("name")
    store.vault.remove("name")
    assert store.vault.get("name") is None


def sealed(store: SqliteStore, name: str) -> bytes:
    with store.database.read() as connection:
        found: bytes = connection.execute("SELECT sealed FROM vault WHERE name = ?", (name,)).fetchone()[0]
    return found


def test_equal_secrets_are_sealed_differently(store: SqliteStore) -> None:
    store.vault.put("one", SECRET)
    store.vault.put("two", SECRET)
    assert sealed(store, "one")[-40:] != sealed(store, "two")[-40:]
    assert b"test" in sealed(store, "one")


def test_no_file_holds_a_secret_in_clear(place: str, tmp_path: Path) -> None:
    store = open_store(place)
    for number in range(50):
        store.vault.put(f"name {number}", SECRET)
        store.vault.get(f"name {number}")
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    store.close()
    files += [path.read_bytes() for path in tmp_path.iterdir()]

    assert any(b"name 7" in content for content in files)
    assert not any(SECRET.encode() in content for content in files)


@pytest.mark.parametrize("keys", [OTHER_KEYS, KeyFile("test", {"test": bytes(32)})])
def test_another_key_opens_nothing(place: str, keys: KeyFile) -> None:
    store = open_store(place)
    store.vault.put("name", SECRET)
    store.close()

    with pytest.raises(errors.ServiceUnavailable, match="key"):
        open_store(place, VIEWS, keys).vault.get("name")


def test_an_older_key_still_opens_what_it_sealed(place: str) -> None:
    store = open_store(place)
    store.vault.put("name", SECRET)
    store.close()
    ring = KeyFile("new", {"test": bytes(range(32)), "new": bytes(32)})

    store = open_store(place, VIEWS, ring)

    assert store.vault.get("name") == SECRET
    store.vault.put("name", SECRET)
    assert b"new" in sealed(store, "name")


def test_a_secret_moved_to_another_name_does_not_open(store: SqliteStore) -> None:
    store.vault.put("mine", SECRET)
    with store.database.write() as connection:
        connection.execute("INSERT INTO vault SELECT 'yours', sealed FROM vault")
    with pytest.raises(errors.ServiceUnavailable, match="yours"):
        store.vault.get("yours")


@pytest.mark.parametrize(
    "damage", [b"", b"\x01", b"\x02\x04test", b"\x01\x04test" + bytes(40), b"\x01\x02\xff\xff"]
)
def test_damaged_bytes_do_not_open(store: SqliteStore, damage: bytes) -> None:
    store.vault.put("name", SECRET)
    with store.database.write() as connection:
        connection.execute("UPDATE vault SET sealed = ?", (damage,))
    with pytest.raises(errors.ServiceUnavailable):
        store.vault.get("name")


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keys.json"
    first, second = KeyFile.open(path), KeyFile.open(path)

    assert first.key(first.current, "vault") == second.key(second.current, "vault")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(json.loads(path.read_text())) == {"current", "keys"}
    assert [each.name for each in path.parent.iterdir()] == ["keys.json"]


def test_processes_starting_at_once_share_one_key(tmp_path: Path) -> None:
    starting = [child("keys", str(tmp_path / "keys.json")) for _ in range(6)]
    assert len({said(process) for process in starting}) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_every_purpose_has_a_key_of_its_own() -> None:
    keys = {KEYS.key("test", purpose) for purpose in ("vault", "media urls", "sessions")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    assert bytes(range(32)) not in keys


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        '{"current": "a", "keys": {}}',
        '{"current": "a", "keys": {"a": "AAAA"}}',
        '{"current": "a", "keys": {"a": "?"}}',
    ],
)
def test_a_damaged_key_file_is_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(errors.ServiceUnavailable, match="key file"):
        KeyFile.open(path)
    assert path.read_text() == content
