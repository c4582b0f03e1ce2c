"""The tree is that of RFC 6962, and a proof leads to its root alone."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.case.merkle import Tree, prove
from adtrace.case.verify_export import ExportError, root_of
from adtrace.case.verify_export import leaf as leaf_of_row

# The test vectors of certificate-transparency (merkle_tree_test.cc, reference roots for 1 to 8 leaves).
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    """Published vectors; however the leaves come in."""
    leaves = [leaf(bytes.fromhex(data)) for data in INPUTS[:size]]
    tree = Tree()
    tree.extend(leaves)
    assert (tree.root().hex(), tree.size, tree.is_possible()) == (ROOTS[size - 1], size, True)
    resumed = Tree()
    for one in leaves:
        resumed = Tree(resumed.size, resumed.subtrees)
        resumed.extend([one])
    assert resumed.root() == tree.root()


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    """RFC 6962 section 2.1."""
    assert Tree().root() == hashlib.sha256().digest()


def rows_of(size: int) -> list[list[object]]:
    return [[seq, "note", "2026-01-01T00:00:00.000000Z", "[]", f"{seq:064x}"] for seq in range(1, size + 1)]


@given(st.data(), st.integers(1, 70))
def test_chosen_rows_alone_lead_to_the_root(data: st.DataObject, size: int) -> None:
    """For every choice; and no other row, no other size, no node more or less does."""
    rows = rows_of(size)
    leaves = [leaf_of_row(row) for row in rows]
    tree = Tree()
    tree.extend(leaves)
    chosen = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    nodes = [node.hex() for node in prove(iter(leaves), size, chosen)]
    shown = [rows[place] for place in chosen]
    hidden = [[row[0], leaf_of_row(row).hex()] for row in shown]
    assert root_of(size, hidden, nodes) == tree.root()
    assert root_of(size, shown, nodes) == tree.root()
    forged = [[*row[:4], "f" * 64] if index == 0 else row for index, row in enumerate(shown)]
    assert root_of(size, forged, nodes) != tree.root()
    with pytest.raises(ExportError, match="a node too many"):
        root_of(size, shown, [*nodes, "00" * 32])
    if nodes:
        with pytest.raises((StopIteration, RuntimeError)):
            root_of(size, shown, nodes[:-1])


@pytest.mark.parametrize("rows", [[[0]], [[9]], [[2], [1]], [[1], [1]]])
def test_rows_outside_the_tree_prove_nothing(rows: list[list[object]]) -> None:
    """Numbers from 1 to the size, ascending, each once."""
    with pytest.raises(ExportError, match="not in the signed tree"):
        root_of(8, rows, [])
