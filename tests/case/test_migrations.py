"""A case of every released schema opens for ever: read as it is, and written only after a copy was made."""

import contextlib
import sqlite3
import stat
from pathlib import Path

import pytest

from adtrace.case import Case
from adtrace.case.database import APPLICATION_ID, FILE_NAME, VERSION, expected_schema, schema_of
from adtrace.errors import CaseError, IntegrityError
from tests.case.a_case import fill, links_of

TABLES = ("ledger", "payloads", "skeletons", "sightings", "links", "link_sightings")
OLDER = range(1, VERSION)
# What each version changed when it was released, as it was then.
RELEASED = [path.read_text("utf-8") for path in sorted(Path(__file__).with_name("released").glob("*.sql"))]


def in_schema(version: int, new: Path, old: Path) -> None:
    """The content of a case as a file of that schema: what an adtrace of that time left behind."""
    old.parent.mkdir(mode=0o700)
    with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.executescript("".join(RELEASED[:version]))
        made.execute("ATTACH ? AS new", (str(new),))
        for table in TABLES:
            made.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")
        made.execute("DETACH new")
        made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        made.execute(f"PRAGMA user_version = {version}")
    old.chmod(0o600)


@pytest.fixture
def new(empty_case: Case) -> Path:
    fill(empty_case)
    empty_case.close()
    return empty_case.path / FILE_NAME


def everything(case: Case) -> list[tuple[object, ...]]:
    """All rows of all of today's tables and views."""
    names = [
        row["name"]
        for row in case.rows(
            "SELECT DISTINCT name FROM (SELECT name, type FROM sqlite_master UNION ALL"
            " SELECT name, type FROM sqlite_temp_master) WHERE type IN ('table', 'view') ORDER BY name"
        )
    ]
    return [
        (name, *row)
        for name in names
        for row in sorted(map(tuple, case.rows(f"SELECT * FROM {name}")), key=str)
    ]


def test_todays_schema_is_the_one_that_was_released() -> None:
    """Whoever changes a table or a view raises VERSION, and puts beside the others what was released."""
    assert len(RELEASED) == VERSION
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.executescript("".join(RELEASED))
        assert schema_of(database) == expected_schema()


@pytest.mark.parametrize("version", OLDER)
def test_an_older_case_is_read_as_it_is(new: Path, tmp_path: Path, version: int) -> None:
    """Every table and view of today, and not a byte changed."""
    old = tmp_path / "old" / FILE_NAME
    in_schema(version, new, old)
    before = old.read_bytes()
    with Case.open(new.parent) as today, Case.open(old.parent) as case:
        assert case.verify(links_of) == today.verify(links_of)
        assert everything(case) == everything(today)
    assert old.read_bytes() == before


@pytest.mark.parametrize("version", OLDER)
def test_an_older_cases_own_views_say_nothing(new: Path, tmp_path: Path, version: int) -> None:
    """Whatever somebody made of them: they are not read, verify says so, and the first writer makes them anew."""
    old = tmp_path / "old" / FILE_NAME
    in_schema(version, new, old)
    with contextlib.closing(sqlite3.connect(old)) as database:
        database.executescript("DROP VIEW entries; CREATE VIEW entries AS SELECT 1 AS seq")
    with Case.open(new.parent) as today, Case.open(old.parent) as case:
        assert everything(case) == everything(today)
        with pytest.raises(IntegrityError, match="the definition of views is not the one it was made with"):
            case.verify(links_of)
    with Case.open(old.parent, write=True) as case:
        case.verify(links_of)
        assert everything(case)


@pytest.mark.parametrize("version", OLDER)
def test_a_case_of_today_is_no_older_one(new: Path, version: int) -> None:
    """Else whoever changes that one number could change any view as well."""
    with contextlib.closing(sqlite3.connect(new)) as database:
        database.execute(f"PRAGMA user_version = {version}")
    with Case.open(new.parent) as case, pytest.raises(IntegrityError, match="the definition of "):
        case.verify(links_of)


@pytest.mark.parametrize("version", OLDER)
def test_an_older_case_is_copied_before_it_is_changed(new: Path, tmp_path: Path, version: int) -> None:
    """The copy is of the old schema, its owner's alone, and a case itself; the second writer makes none."""
    old = tmp_path / "old" / FILE_NAME
    in_schema(version, new, old)
    for _ in range(2):
        with Case.open(old.parent, write=True) as case, case.transaction():
            case.append("note", {"event": "after"})
        with Case.open(old.parent) as case:
            case.verify(links_of)
            assert next(case.rows("PRAGMA user_version"))[0] == VERSION
    (copy,) = [path for path in old.parent.iterdir() if ".schema-" in path.name]
    assert copy.name.startswith(f"case.schema-{version}.")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    (tmp_path / "kept").mkdir()
    copy.rename(tmp_path / "kept" / FILE_NAME)
    with Case.open(tmp_path / "kept") as kept, Case.open(new.parent) as today:
        assert kept.verify(links_of) == today.verify(links_of)


def test_an_older_case_without_room_for_its_copy_is_not_changed(
    new: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can still be read."""
    old = tmp_path / "old" / FILE_NAME
    in_schema(1, new, old)
    before = old.read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("adtrace.case.database.os.open", full)
        patch.setattr("adtrace.case.case.WriterLock", lambda _: _Nothing())
        with pytest.raises(CaseError, match=r"copy that is made before it is changed .*No space left"):
            Case.open(old.parent, write=True)
    assert old.read_bytes() == before
    assert [path.name for path in old.parent.iterdir()] == [FILE_NAME]


class _Nothing:
    def close(self) -> None:
        pass
