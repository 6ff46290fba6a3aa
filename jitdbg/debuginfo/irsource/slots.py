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
from jitdbg.debuginfo.irsource.types import Shown, TypeNodes, spelled
from jitdbg.debuginfo.irsource.values import Function, Scope, Value
from jitdbg.irtext import Edit

_PREFIX = "jitdbg"


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
        self._scope, self._file, self._function = scope, file, function
        self._types, self._add, self._optimised = types, add, optimised
        self._entry: list[str] = []
        self._first_stores: list[str] = []
        self._stored: list[tuple[int, str]] = []
        self._place = 0
        self._count = 0

    def edits(self) -> Iterator[Edit]:
        """Yield the edits that make the slots, and store each value as soon as there is one."""
        for number, argument in enumerate(self._function.arguments, 1):
            if argument and (shown := self._types.shown(argument.type)):
                slot = self._slot(argument, shown, self._scope.line, f"arg: {number}, ")
                # Without a location a store belongs to the prologue, behind which breakpoints stop.
                self._first_stores.append(self._store(argument, shown, slot, ""))
        stores = list(self._result_stores())
        start = self._scope.body[0][0]
        yield (start, start, " ".join([*self._entry, *self._first_stores, ""]))
        yield from self._ends()
        yield from stores

    def type(self) -> int:
        """Give the node of the function's type."""
        types = [self._function.returns, *(each.type for each in self._function.arguments if each)]
        shown = [self._types.in_memory(each) for each in types]
        nodes = ", ".join("null" if node is None else f"!{node}" for node in shown)
        return self._add(f"!DISubroutineType(types: !{self._add(f'!{{{nodes}}}')})")

    def _result_stores(self) -> Iterator[Edit]:
        function, scope = self._function, self._scope
        for value, place, (line, column) in zip(function.results, function.assigned, scope.places, strict=True):
            if value and (shown := self._types.shown(value.type)):
                slot = self._slot(value, shown, line, "")
                location = f", !dbg !DILocation(line: {line}, column: {column}, scope: !{scope.number})"
                start = scope.body[place][0]
                self._stored.append((place, f"store {shown.stored} poison, ptr {slot} "))
                yield (start, start, self._store(value, shown, slot, location) + " ")

    def _ends(self) -> Iterator[Edit]:
        """Yield the edits that empty the slots of what holds no longer, where control comes from where it did."""
        if not self._optimised:
            return
        blocks, ends = self._function.blocks, frontiers(self._function)
        for place, emptied in self._stored:
            for block in ends[place]:
                if blocks[block].body < blocks[block].end:
                    start = self._scope.body[blocks[block].body][0]
                    yield (start, start, emptied)

    def _slot(self, value: Value, shown: Shown, line: int, argument: str) -> str:
        """Allocate a slot in the entry block, and declare the variable that lies in it."""
        self._count += 1
        slot = f"%{_PREFIX}.{self._count}"
        pointee = None if value.pointee is None else self._types.in_memory(value.pointee)
        node = shown.node if pointee is None else self._types.pointer(pointee)
        scope = self._scope
        variable = self._add(
            f'!DILocalVariable(name: "{value.name}", {argument}scope: !{scope.number}, '
            f"file: !{self._file}, line: {line}, type: !{node})"
        )
        if not self._place:  # one for all of the function's
            self._place = self._add(f"!DILocation(line: {scope.line}, scope: !{scope.number})")
        self._entry.append(f"{slot} = alloca {shown.stored}")
        self._first_stores.append(f"#dbg_declare(ptr {slot}, !{variable}, !DIExpression(), !{self._place})")
        return slot

    def _store(self, value: Value, shown: Shown, slot: str, location: str) -> str:
        if not shown.cast:
            return f"store {shown.stored} {value.operand}, ptr {slot}{location}"
        cast = f"{slot}.stored = {shown.cast} {spelled(value.type)} {value.operand} to {shown.stored}{location}"
        return f"{cast} store {shown.stored} {slot}.stored, ptr {slot}{location}"
