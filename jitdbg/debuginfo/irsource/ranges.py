"""Where in a function each value is assigned: in which lines of the text its slot holds it.

A value holds from its definition to the end of its block, and in all blocks that its own dominates: by the rules of
SSA it is used nowhere else. Before that a debugger reads what lay in its slot.
"""

from __future__ import annotations

from collections.abc import Sequence

from jitdbg.debuginfo.irsource.values import Block, Function
from jitdbg.irtext import Span

Lines = list[tuple[int, int]]
"""Ascending runs of lines, first and last."""


def assigned_lines(function: Function, places: Sequence[tuple[int, int]]) -> dict[str, Lines]:
    """Give the lines in which each result holds its value; ``places`` are line and column of the instructions.

    On a line of several instructions a value holds only if it does before the first.
    """
    blocks, lines = function.blocks, [line for line, _ in places]
    dominated = _dominated(blocks)
    home = [index for index, block in enumerate(blocks) for _ in range(block.first, block.end)]
    held = {}
    for value, place in zip(function.results, function.assigned, strict=True):
        if value:
            others, rest = dominated[home[place]], (place, blocks[home[place]].end)
            held[value.name] = _lines(_joined([rest, *others]) if others else [rest], lines)
    return held


def frontiers(function: Function) -> list[list[int]]:
    """Give for each instruction the blocks at whose beginning a value of its own, if there was one, holds no longer.

    That is the dominance frontier of its block (figure 5 of the paper below).
    """
    blocks, parents = function.blocks, _immediate_dominators(function.blocks)
    found: list[list[int]] = [[] for _ in blocks]
    for index, block in enumerate(blocks):
        if parents[index] is None:
            continue
        for runner in block.predecessors:
            while runner != parents[index]:
                if index not in found[runner]:
                    found[runner].append(index)
                above = parents[runner]
                if above is None:  # from what can't be reached
                    break
                runner = above
    return [found[index] for index, block in enumerate(blocks) for _ in range(block.first, block.end)]


def _lines(spans: list[Span], lines: Sequence[int]) -> Lines:
    """Turn spans of instructions into runs of lines; a line on which others come first is left out."""
    runs: Lines = []
    for first, end in spans:
        start: int | None = lines[first]
        if first and start == lines[first - 1]:
            start = next((line for line in lines[first:end] if line != start), None)
        if start is not None:
            runs.append((start, lines[end - 1]))
    return runs


def _joined(spans: list[Span]) -> list[Span]:
    """Sort spans and join those that meet."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _dominated(blocks: list[Block]) -> list[list[Span]]:
    """Give for each block the instructions of the others that it dominates."""
    parents = _immediate_dominators(blocks)
    spans: list[list[Span]] = [[] for _ in blocks]
    for index in _postorder(blocks):  # in which a block comes before its dominators
        spans[index] = _joined(spans[index])
        parent = parents[index]
        if parent is not None:
            spans[parent] += [(blocks[index].first, blocks[index].end), *spans[index]]
    return spans


def _immediate_dominators(blocks: list[Block]) -> list[int | None]:
    """Find each block's immediate dominator, None for the entry and what can't be reached.

    Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm (2001), figure 3.
    """
    order = _postorder(blocks)
    rank = {block: number for number, block in enumerate(order)}
    found: dict[int, int] = {0: 0}
    changed = True
    while changed:
        changed = False
        for block in reversed(order[:-1]):
            known = [each for each in blocks[block].predecessors if each in found]
            nearest = known[0]
            for other in known[1:]:
                nearest = _common(nearest, other, found, rank)
            changed |= found.get(block) != nearest
            found[block] = nearest
    return [None if index == 0 else found.get(index) for index in range(len(blocks))]


def _common(left: int, right: int, found: dict[int, int], rank: dict[int, int]) -> int:
    """Give the nearest block that dominates both."""
    while left != right:
        if rank[left] < rank[right]:
            left = found[left]
        else:
            right = found[right]
    return left


def _postorder(blocks: list[Block]) -> list[int]:
    """List the blocks that can be reached, each after what follows it, the entry last."""
    order: list[int] = []
    seen = {0}
    stack = [(0, iter(blocks[0].successors))]
    while stack:
        index, successors = stack[-1]
        for successor in successors:
            if successor not in seen:
                seen.add(successor)
                stack.append((successor, iter(blocks[successor].successors)))
                break
        else:
            order.append(index)
            stack.pop()
    return order
