"""A slot in the frame for each value of a function, so that a debugger reads what the value is, wherever that went.

Records of SSA values in registers (``#dbg_value``) lie at -O0: after a phi they show one value under another's name.
What is stored to a slot of its own stays right. The optimiser turns slots back into records that are right, or says
that a value is gone. But it also moves instructions: in the next pass of a loop the lines after a definition may
come before it, when the slot still has the value of the last pass. So where code is optimised, a slot is emptied
wherever its value ends to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jitdbg.debuginfo.irsource.ranges import frontiers
from jitdbg.debuginfo.irsource.types import Shown, TypeNodes
from jitdbg.debuginfo.irsource.values import Function, Scope, Value
from jitdbg.irtext import Edit

_PREFIX = "%jitdbg."


class Slots:
    """The slots of one function of a ``file``; ``add`` takes the text of a metadata node and gives its number."""

    def __init__(
        self,
        scope: Scope,
        file: int,
        function: Function,
        types: TypeNodes,
        add: Callable[[str], int],
        optimised: bool,
    ) -> None:
        self.scope, self.function = scope, function
        self._types, self._add, self._optimised = types, add, optimised
        self._in_function = f"scope: !{scope.number}, file: !{file}, line: "
        self._place = 0
        self._slots: list[str] = []
        self._first_stores: list[str] = []
        self._stored: list[tuple[int, str]] = []

    def type(self) -> int:
        """Give the node of the function's type; to be asked for before `edits`, whose nodes refer to the function."""
        function = self.function
        shown = map(self._types.find, (function.returns, *(each.type for each in function.arguments if each)))
        nodes = ", ".join(["null" if node is None else f"!{node}" for node in shown])
        return self._add(f"!DISubroutineType(types: !{{{nodes}}})")

    def edits(self) -> Iterator[Edit]:
        """Yield the edits that make the slots, and store each value as soon as there is one."""
        self._place = self._add(f"!DILocation(line: {self.scope.line}, scope: !{self.scope.number})")
        for number, argument in enumerate(self.function.arguments, 1):
            if argument and (shown := self._types.shown(argument.type)):
                slot = self._slot(argument, shown, self.scope.line, f"arg: {number}, ")
                # Without a location a store belongs to the prologue, behind which breakpoints stop.
                self._first_stores.append(_store(argument, shown, slot, ""))
        stores = list(self._result_stores())
        start = self.scope.start(0)
        yield (start, start, " ".join([*self._slots, *self._first_stores, ""]))
        yield from self._ends()
        yield from stores

    def _result_stores(self) -> Iterator[Edit]:
        function, scope = self.function, self.scope
        offset, spans, shown_as = scope.body.offset, scope.body.instructions, self._types.shown
        rows = zip(function.results, function.assigned, scope.places, scope.locations, strict=True)
        for value, place, (line, _), location in rows:
            if value and (shown := shown_as(value.type)):
                slot = self._slot(value, shown, line, "")
                if self._optimised:
                    self._stored.append((place, f"store {shown.stored} poison, ptr {slot} "))
                start = offset + spans[place][0]
                yield (start, start, f"{_store(value, shown, slot, location)} ")

    def _ends(self) -> Iterator[Edit]:
        """Yield the edits that empty the slots of what holds no longer, where control comes from where it did."""
        if not self._optimised:
            return
        blocks, ends = self.function.blocks, frontiers(self.function)
        for place, emptied in self._stored:
            for block in ends[place]:
                if blocks[block].body < blocks[block].end:
                    start = self.scope.start(blocks[block].body)
                    yield (start, start, emptied)

    def _slot(self, value: Value, shown: Shown, line: int, argument: str) -> str:
        """Allocate a slot in the entry block, and declare the variable that lies in it."""
        slot = f"{_PREFIX}{len(self._slots)}"
        pointee = self._types.find(value.pointee) if value.pointee else None
        node = shown.node if pointee is None else self._types.pointer(pointee)
        variable = self._add(
            f'!DILocalVariable(name: "{value.name}", {argument}{self._in_function}{line}, type: !{node})'
        )
        self._slots.append(f"{slot} = alloca {shown.stored}")
        self._first_stores.append(f"#dbg_declare(ptr {slot}, !{variable}, !{self._types.nothing}, !{self._place})")
        return slot


def _store(value: Value, shown: Shown, slot: str, location: str) -> str:
    if not shown.cast:
        return f"store {shown.stored} {value.operand}, ptr {slot}{location}"
    cast = f"{slot}.stored = {shown.cast} {value.type} {value.operand} to {shown.stored}{location}"
    return f"{cast} store {shown.stored} {slot}.stored, ptr {slot}{location}"
