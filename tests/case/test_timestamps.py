"""RFC 3161 timestamps: what an authority says of a checkpoint is kept, checked again by verify, and told."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.x509.oid import ExtendedKeyUsageOID

from adtrace.case import Case
from adtrace.case.canonical import canonical
from adtrace.case.notes import Checkpoint
from adtrace.case.timestamps import TimestampError, make_request, read_reply, read_roots
from adtrace.cli.case import command
from adtrace.cli.verify import command as verify
from adtrace.errors import IntegrityError, UsageError
from tests.case.a_case import fill, links_of
from tests.case.tsa import Authority

CHECKPOINT = Checkpoint("0" * 32, 5, bytes(32))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def case(empty_case: Case) -> Case:
    fill(empty_case)
    empty_case.sign()
    return empty_case


def newest(case: Case) -> Checkpoint:
    from adtrace.case.checkpoints import read_checkpoints

    return read_checkpoints(case._db)[-1]


def stamp(case: Case, authority: Authority) -> None:
    with case.transaction():
        case.add_timestamp(authority.reply(make_request(newest(case))), read_roots(authority.pem))


def test_a_reply_is_read(authority: Authority) -> None:
    """Whose word, and of when; also years after the signer's certificate has ended."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=300)
    found = read_reply(authority.reply(make_request(CHECKPOINT), at=at), CHECKPOINT, [authority.root])
    assert (found.time, found.authority) == (at.strftime("%Y-%m-%dT%H:%M:%SZ"), "CN=Stamps of Example")


def test_the_same_checkpoint_gives_the_same_request() -> None:
    """So that nothing need be kept until the reply comes."""
    assert make_request(CHECKPOINT) == make_request(CHECKPOINT)
    assert make_request(CHECKPOINT) != make_request(CHECKPOINT._replace(size=6))


@pytest.mark.parametrize("what", ["other", "refused", "stranger", "late", "purpose", "cut", "empty"])
def test_a_reply_that_does_not_hold_is_refused(authority: Authority, what: str) -> None:
    """Of something else, refused by the authority, by a stranger, out of its time, for another purpose, or changed."""
    request = make_request(CHECKPOINT)
    server = Authority(purpose=ExtendedKeyUsageOID.SERVER_AUTH)
    reply, trusted = {
        "other": (authority.reply(make_request(CHECKPOINT._replace(size=6))), authority),
        "refused": (authority.reply(request, status=2), authority),
        "stranger": (Authority().reply(request), authority),
        "late": (authority.reply(request, at=datetime.now(UTC) + timedelta(days=500)), authority),
        "purpose": (server.reply(request), server),
        "cut": (authority.reply(request)[:-1], authority),
        "empty": (b"", authority),
    }[what]
    with pytest.raises(TimestampError, match="no timestamp of that checkpoint"):
        read_reply(reply, CHECKPOINT, [trusted.root])


def test_without_a_root_nothing_holds(authority: Authority) -> None:
    """A reply brings its own certificates; somebody must be trusted."""
    with pytest.raises(TimestampError, match="nobody is trusted"):
        read_reply(authority.reply(make_request(CHECKPOINT)), CHECKPOINT, [])


def test_no_changed_byte_of_a_reply_says_something_else(authority: Authority) -> None:
    """It is refused, or says the same: some bytes of a certificate's copy are not looked at."""
    good = authority.reply(make_request(CHECKPOINT))
    said = read_reply(good, CHECKPOINT, [authority.root])
    for place in range(0, len(good), 7):
        changed = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        try:
            assert read_reply(changed, CHECKPOINT, [authority.root]) == said
        except TimestampError:
            continue


def test_a_case_tells_its_timestamps(case: Case, authority: Authority) -> None:
    """Verify checks them; the seal's words say what they prove, and without one that nobody else stands behind it."""
    size = newest(case).size
    alone = case.seal_summary()
    assert alone.sentences[-1].endswith(": integrity since capture only; not independently authenticated.")
    assert alone.standing(size).endswith(
        "own key alone; integrity since capture only; not independently authenticated."
    )
    stamp(case, authority)
    case.sign()
    (found,) = case.verify(links_of).timestamps
    assert (found.size, found.authority, found.counted) == (size, "CN=Stamps of Example", True)
    summary = case.seal_summary()
    assert summary.timestamps == (found,)
    assert found.sentence in summary.sentences
    assert found.sentence in summary.standing(size)
    assert "not independently" not in " ".join(summary.sentences)


def test_a_reader_names_whom_they_trust(case: Case, authority: Authority) -> None:
    """What the investigator trusted need not convince them."""
    stamp(case, authority)
    (other,) = case.verify(links_of, roots=[Authority().root]).timestamps
    assert not other.counted
    assert other.sentence.endswith("which none of the roots you named stands behind.")
    (same,) = case.verify(links_of, roots=[authority.root]).timestamps
    assert same.counted


def rewritten(case: Case, change: dict[str, object]) -> None:
    """A timestamp record that says something else, sealed and signed as any other."""
    said = case.payload(case.seq)
    assert isinstance(said, dict)
    with case.transaction():
        case.append("note", {**said, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 3}, r"timestamp \d+ is of no state that a checkpoint signs"),
        ({"reply": base64.b64encode(b"x").decode()}, r"timestamp \d+ does not hold: this is no timestamp"),
        ({"reply": "?"}, r"timestamp \d+ does not hold: is no timestamp that was kept"),
        ({"roots": []}, r"timestamp \d+ does not hold: nobody is trusted"),
    ],
)
def test_a_timestamp_that_does_not_hold_is_damage(
    case: Case, authority: Authority, change: dict[str, object], message: str
) -> None:
    """Even if the case's own key signed it."""
    stamp(case, authority)
    rewritten(case, change)
    with pytest.raises(IntegrityError, match=message):
        case.verify(links_of)


def test_a_timestamp_of_another_case_is_refused(case: Case, authority: Authority) -> None:
    """Nothing is written."""
    before = case.seq
    with pytest.raises(TimestampError, match="of no checkpoint of this case"), case.transaction():
        case.add_timestamp(authority.reply(make_request(CHECKPOINT)), [authority.root])
    with pytest.raises(TimestampError, match="no reply to a timestamp request"), case.transaction():
        case.add_timestamp(b"<html>", [authority.root])
    assert case.seq == before


def run(*words: str) -> Result:
    return CliRunner().invoke(command, ["timestamp", *words], catch_exceptions=False)


def test_the_way_there_and_back_is_by_hand(case: Case, authority: Authority, tmp_path: Path) -> None:
    """A query is written, the reply is taken, also after more was recorded; verify --tsa says whether it convinces."""
    case.close()
    query, reply, pem = (str(tmp_path / name) for name in ("q.tsq", "r.tsr", "root.pem"))
    told = run(str(case.path), "--request", query)
    assert "adtrace" not in told.stdout
    assert f"--data-binary @{query} " in told.stderr
    assert f"adtrace case timestamp {case.path} --reply" in told.stderr
    with Case.open(case.path, write=True) as opened, opened.transaction():
        opened.append("note", {"event": "meanwhile"})
    Path(reply).write_bytes(authority.reply(Path(query).read_bytes()))
    Path(pem).write_bytes(authority.pem)
    assert run(str(case.path), "--reply", reply, "--tsa", pem).stderr.startswith(
        "Kept: CN=Stamps of Example says 20"
    )
    given = [str(case.path), "--tsa", pem, "--json", "--rebuild-links"]
    shown = CliRunner().invoke(verify, given, catch_exceptions=False)
    assert '"counted": true' in shown.stdout
    Path(pem).write_text("nothing")
    with pytest.raises(TimestampError, match="holds no certificate"):
        run(str(case.path), "--reply", reply, "--tsa", pem)
    for words in ((), ("--reply", reply), ("--request", query, "--reply", reply, "--tsa", pem)):
        with pytest.raises(UsageError):
            run(str(case.path), *words)


def test_payloads_of_timestamps_are_plain_json(case: Case, authority: Authority) -> None:
    """Whoever reads the record finds the reply as the authority sent it."""
    stamp(case, authority)
    said = case.payload(case.seq)
    assert isinstance(said, dict)
    assert canonical(said)
    assert base64.b64decode(str(said["reply"])).startswith(b"0")
