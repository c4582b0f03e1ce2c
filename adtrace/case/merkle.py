"""The RFC 6962 tree over the ledger's leaves: its root as it grows, and proof that chosen leaves are in it."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

# RFC 6962 section 2.1: inner nodes begin with 0x01, leaves with 0x00.
_NODE = b"\x01"


class Tree:
    """A tree that grows to the right, known by its right edge alone.

    size: number of leaves. subtrees: the roots of the full trees that `size` is made of, largest first;
    [] for the empty tree. Both together are all that is needed to go on.
    """

    def __init__(self, size: int = 0, subtrees: Iterable[bytes] = ()) -> None:
        self.size, self.subtrees = size, list(subtrees)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order; one node hash a leaf, on average."""
        sha256, subtrees, size = hashlib.sha256, self.subtrees, self.size
        for node in leaves:
            filled = size
            while filled & 1:
                node = sha256(_NODE + subtrees.pop() + node).digest()
                filled >>= 1
            subtrees.append(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves so far."""
        if not self.subtrees:
            return hashlib.sha256().digest()
        *left, node = self.subtrees
        for subtree in reversed(left):
            node = _node(subtree, node)
        return node

    def is_possible(self) -> bool:
        """Whether there are as many subtrees as a tree of this size has."""
        return self.size.bit_count() == len(self.subtrees)


def prove(leaves: Iterable[bytes], size: int, chosen: Sequence[int]) -> list[bytes]:
    """The nodes with which anybody can reach the root from the chosen leaves alone.

    leaves: all of them, in order; read once. chosen: places from 0, ascending. The nodes stand in the order of a
    walk through the tree, left to right: a subtree without a chosen leaf is one node, and is not walked into.
    """
    nodes: list[bytes] = []
    _walk(iter(leaves), 0, size, chosen, nodes)
    return nodes


def _walk(leaves: Iterator[bytes], first: int, end: int, chosen: Sequence[int], nodes: list[bytes]) -> None:
    if bisect_left(chosen, first) == bisect_left(chosen, end):
        tree = Tree()
        tree.extend(islice(leaves, end - first))
        nodes.append(tree.root())
    elif end - first == 1:
        next(leaves)
    else:
        middle = first + _left(end - first)
        _walk(leaves, first, middle, chosen, nodes)
        _walk(leaves, middle, end, chosen, nodes)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _left(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1
