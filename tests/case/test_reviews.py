"""What people judged: sealed, the newest counts, and what is rejected leaves everything that is made of sightings."""

import pytest

from adtrace.case import Case
from adtrace.errors import CaseError
from tests.case.a_case import an_entry, an_extraction, capture, links_of


def current(case: Case) -> list[int]:
    return [row["row"] for row in case.rows("SELECT row FROM current_sightings ORDER BY row")]


def linked(case: Case) -> list[str]:
    return sorted(f"{row['edge']} {row['count']}" for row in case.rows("SELECT edge, count FROM links"))


def judge(case: Case, rows: list[int], judgement: str, role: str = "reviewer 2") -> None:
    with case.transaction():
        case.review(rows, judgement, reason="looked", role=role, links=links_of)  # type: ignore[arg-type]


@pytest.fixture
def case(empty_case: Case) -> Case:
    """One page of one domain: rows 1 (network) and 2 (account)."""
    with empty_case.transaction():
        (entry,) = empty_case.add_entries([an_entry()])
        capture(empty_case, entry, an_extraction())
    return empty_case


def test_the_newest_judgement_counts(case: Case) -> None:
    """It says who, when and why; sightings nobody looked at have none."""
    assert case.reviews() == {}
    judge(case, [1], "second_look", "analyst 7")
    judge(case, [1], "confirmed")
    (found,) = case.reviews().items()
    assert found[0] == 1
    assert (found[1].judgement, found[1].reason, found[1].role) == ("confirmed", "looked", "reviewer 2")
    assert found[1].seq == case.seq
    assert case.verify(links_of).records["review"] == 2


def test_what_is_rejected_leaves_and_may_come_back(case: Case) -> None:
    """Rows and links; verify derives the same."""
    whole = current(case), linked(case)
    judge(case, [2], "rejected")
    assert (current(case), linked(case)) == ([1], ["shows 1"])
    case.verify(links_of)
    judge(case, [2], "confirmed")
    assert (current(case), linked(case)) == whole
    case.verify(links_of)


def test_a_judgement_holds_for_the_same_fact_found_again(case: Case) -> None:
    """The same text on the same domain is not judged anew; on another domain it is."""
    judge(case, [2], "rejected")
    with case.transaction():
        first = case.entries()[0].seq
        (other,) = case.add_entries([an_entry("other.test")])
        capture(case, first, an_extraction())
        capture(case, other, an_extraction())
    assert current(case) == [1, 3, 5, 6]
    assert sorted(case.reviews()) == [2, 4]
    case.verify(links_of)
    with case.transaction():
        case.rebuild_links(links_of)
    case.verify(links_of)
    case.close()
    with Case.open(case.path, write=True) as again, again.transaction():
        capture(again, first, an_extraction())
        assert current(again) == [1, 3, 5, 6, 7]


def test_a_second_look_is_anothers(case: Case) -> None:
    """Whoever asked for it judges no more, but may ask again."""
    judge(case, [1], "second_look")
    judge(case, [1], "second_look")
    with pytest.raises(
        CaseError, match=r"reviewer 2 asked for a second look at sighting 1\. Let somebody else"
    ):
        judge(case, [1], "confirmed")
    judge(case, [1], "rejected", "lead")
    judge(case, [1], "confirmed")


@pytest.mark.parametrize(
    ("rows", "judgement", "reason", "role", "message"),
    [
        ([1], "fine", "looked", "r", '"fine" is no judgement'),
        ([1], "confirmed", " ", "r", "needs a reason and a role"),
        ([1], "confirmed", "looked", "", "needs a reason and a role"),
        ([1, 9], "confirmed", "looked", "r", "there is no sighting 9"),
        ([], "confirmed", "looked", "r", "there is no sighting none"),
    ],
)
def test_a_review_without_its_parts_is_refused(
    case: Case, rows: list[int], judgement: str, reason: str, role: str, message: str
) -> None:
    """Nothing is written."""
    before = case.seq
    with pytest.raises(CaseError, match=message), case.transaction():
        case.review(rows, judgement, reason=reason, role=role, links=links_of)  # type: ignore[arg-type]
    assert (case.seq, case.reviews()) == (before, {})
