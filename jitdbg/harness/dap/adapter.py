"""An `Adapter` whose facts come as answers to DAP's requests, and from nowhere else."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jitdbg.debugger.facts import (
    ARGUMENTS,
    GLOBALS,
    LOCALS,
    Breakpoint,
    Frame,
    Instruction,
    Module,
    Place,
    Process,
    Register,
    Symbol,
    Thread,
    Value,
)
from jitdbg.debugger.names import function_name
from jitdbg.elf.constants import ET_EXEC
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness import abilities
from jitdbg.harness.dap.breakpoints import Breakpoints
from jitdbg.harness.dap.dialects import Dialect
from jitdbg.harness.dap.messages import Fields, Refusal
from jitdbg.harness.dap.values import Ask, ValueReader, number, without_value

_SCOPES = {ARGUMENTS: "Arguments", LOCALS: "Locals", GLOBALS: "Globals"}
_REGISTERS = "Registers"
# lldb makes these names up, of the addresses of code without a symbol, and marks functions that are optimised.
_MADE_UP = "___lldb_unnamed_symbol"
_OPTIMISED = " [opt]"
_JUMPED = "subtle"
_SYMBOLS_LOADED = "Symbols loaded."
# lldb makes a UUID of a file's CRC32 where it has no build-id.
_CHECKSUM_DIGITS = 8
_ERROR = re.compile(r"^error: ", re.MULTILINE)
_NO_SYMBOLS = "the protocol has no request for what is at an address"
_E_TYPE = struct.Struct("<16xH")


class DapAdapter:
    """A debug adapter's view of one program; lives as long as the adapter's process.

    What an adapter numbers (frames, variables) is good until the program goes on: then `forget` it.
    """

    def __init__(
        self,
        dialect: Dialect,
        version: Callable[[], str],
        ask: Ask,
        take_stop: Callable[[], None],
        breakpoints: Breakpoints,
    ) -> None:
        self.name = dialect.name
        self._dialect = dialect
        self._version = version
        self._ask = ask
        self._take_stop = take_stop
        self._breakpoints = breakpoints
        self._frames: dict[tuple[int, int], Fields] = {}
        self._module_paths: dict[str, str] | None = None
        self._selected: tuple[int, int] | None = None
        self.process_id: int | None = None
        """The program's process, where the adapter has told."""

    @property
    def version(self) -> str:
        """The debugger's version."""
        return self._version()

    def select(self, thread: int, frame: int) -> None:
        """Take a thread and a frame for those that are meant where none is named."""
        self._frame(thread, frame)
        self._selected = thread, frame

    def arrive(self, thread: int) -> None:
        """Take the innermost frame of a thread, which has stopped."""
        self._selected = thread, 0

    def innermost(self) -> Frame:
        """Give the frame in which the selected thread has stopped."""
        frames = self.frames(1)
        if not frames:
            raise DebuggerError(f"{self._dialect.name} sent no frame of the thread that has stopped")
        return frames[0]

    def forget(self) -> None:
        """Forget what was good for one stop only."""
        self._frames.clear()
        self._module_paths = None
        self._selected = None

    # ---------------------------------------------------------------------------------------------- threads and frames

    def process(self) -> Process | None:
        """Describe the program's process, of which the protocol tells no more than the number."""
        return Process(self.process_id) if self.process_id and self._selected else None

    def threads(self) -> Sequence[Thread]:
        """List the threads."""
        found = [self._thread_fact(fields) for fields in self._ask("threads").items("threads")]
        return sorted(found, key=lambda thread: thread.id)

    def _thread_fact(self, fields: Fields) -> Thread:
        """Describe a thread: lldb's numbers are the kernel's; of gdb's, the first is the process's own."""
        identity = fields.number("id")
        told = abilities.KERNEL_IDS not in self._dialect.lacks
        return Thread(
            identity, identity if told else self.process_id if identity == 1 else None, fields.text("name", "")
        )

    def selected_thread(self) -> int | None:
        """Give the selected thread's id."""
        return self._selected[0] if self._selected else None

    def selected_frame(self) -> int:
        """Give the selected frame's level."""
        if self._selected is None:
            raise DebuggerError(f"{self.name}: no frame is selected")
        return self._selected[1]

    def frames(self, limit: int = 0, thread: int | None = None) -> Sequence[Frame]:
        """Walk the stack."""
        thread = self._thread(thread)
        # One frame more tells whether the last is inlined into it.
        found = self._stack(thread, 0, limit + 1 if limit else 0)
        facts = [self._frame_fact(level, found[level : level + 2]) for level in range(len(found))]
        return facts[:limit] if limit else facts

    def _thread(self, thread: int | None) -> int:
        if thread is not None:
            return thread
        if self._selected is None:
            raise DebuggerError(f"{self.name}: no thread is selected")
        return self._selected[0]

    def _stack(self, thread: int, start: int, count: int) -> list[Fields]:
        found = list(self._ask("stackTrace", threadId=thread, startFrame=start, levels=count).items("stackFrames"))
        for level, fields in enumerate(found, start):
            self._frames[thread, level] = fields
        return found

    def _frame(self, thread: int, level: int) -> Fields:
        if (thread, level) not in self._frames and not self._stack(thread, level, 1):
            raise DebuggerError(f"{self.name}: the stack of thread {thread} has no frame {level}")
        return self._frames[thread, level]

    def _frame_id(self, level: int, thread: int | None) -> int:
        return self._frame(self._thread(thread), level).number("id")

    def _frame_fact(self, level: int, around: Sequence[Fields]) -> Frame:
        fields = around[0]
        name = fields.text("name").removesuffix(_OPTIMISED)
        made_up = not name or name.startswith(_MADE_UP)
        return Frame(
            level,
            _address(fields, "instructionPointerReference"),
            None if made_up else function_name(name),
            _place(fields, fields.fields("source")),
            self._module_path(fields),
            self._is_inlined(around),
            prologue=None,
        )

    def _is_inlined(self, around: Sequence[Fields]) -> bool:
        """Tell whether a function is inlined into the next outer one: then both have one stack pointer.

        A call would have pushed its return address (on x86). Frames of calls that became jumps are marked, and have no
        registers of their own.
        """
        if len(around) < 2 or any(fields.text("presentationHint", "") == _JUMPED for fields in around):
            return False
        return len(set(map(self._stack_pointer, around))) == 1

    def _stack_pointer(self, frame: Fields) -> object:
        answer = self._ask("evaluate", expression="$sp", frameId=frame.number("id"), context="watch")
        return number(answer.text("result"), answer.text("type", ""))

    def _module_path(self, frame: Fields) -> str | None:
        identity = frame.values.get("moduleId")
        if identity is None:
            return None
        if self._module_paths is None:
            modules = self._modules()
            self._module_paths = {str(fields.values.get("id")): fields.text("path", "") for fields in modules}
        return self._module_paths.get(str(identity)) or None

    # --------------------------------------------------------------------------------------------------------- values

    def variables(self, scope: str, frame: int = 0, depth: int = 1, thread: int | None = None) -> Sequence[Value]:
        """Read the variables of a frame."""
        if scope == ARGUMENTS and not self._dialect.has_arguments:
            raise Unsupported(self.name, self._dialect.lacks[abilities.ARGUMENTS])
        frame_id = self._frame_id(frame, thread)
        reference = self._scope(frame_id, _SCOPES[scope])
        # Names of locals can hide those of globals, which have no frame.
        reader = ValueReader(self._ask, self._dialect, None if scope == GLOBALS else frame_id)
        return reader.scope(reference, depth) if reference else []

    def _scope(self, frame_id: int, name: str) -> int:
        scopes = self._ask("scopes", frameId=frame_id).items("scopes")
        return next((scope.number("variablesReference") for scope in scopes if scope.text("name") == name), 0)

    def evaluate(self, expression: str, frame: int = 0, depth: int = 1, thread: int | None = None) -> Value:
        """Evaluate an expression."""
        frame_id = self._frame_id(frame, thread)
        try:
            answer = self._ask("evaluate", expression=expression, frameId=frame_id, context="watch")
        except Refusal as refusal:
            if self._dialect.stopped_call and self._dialect.stopped_call.search(refusal.words):
                raise Unsupported(self.name, self._dialect.lacks[abilities.STOPS_IN_CALLS]) from None
            return without_value(expression, refusal.words)
        value = ValueReader(self._ask, self._dialect, frame_id).result(expression, answer, depth)
        if "(" in expression:  # To gdb's adapter a call lets the program go on: the frames have other ids after it.
            self._frames.clear()
        return value

    def registers(self, frame: int = 0, thread: int | None = None) -> Sequence[Register]:
        """Read the registers."""
        frame_id = self._frame_id(frame, thread)
        reader = ValueReader(self._ask, self._dialect, frame_id)
        return list(reader.registers(self._scope(frame_id, _REGISTERS)))

    # ----------------------------------------------------------------------------------------------------------- code

    def memory(self, address: int, size: int) -> bytes:
        """Read memory."""
        answer = self._ask("readMemory", memoryReference=hex(address), count=size)
        try:
            data = base64.b64decode(answer.text("data", ""), validate=True)
        except binascii.Error:
            raise answer.malformed("data") from None
        if len(data) != size:
            raise DebuggerError(f"{self.name}: of {size} bytes at {address:#x} only {len(data)} can be read")
        return data

    def instructions(self, address: int, count: int) -> Sequence[Instruction]:
        """Disassemble."""
        answer = self._ask("disassemble", memoryReference=hex(address), instructionOffset=0, instructionCount=count)
        facts, source = [], Fields({}, "an instruction")
        for fields in answer.items("instructions"):
            # Told of the first instruction and where it changes.
            source = fields.fields("location") if fields.has("location") else source
            facts.append(
                Instruction(
                    _address(fields, "address"),
                    " ".join(fields.text("instruction").split()),
                    len(_hexadecimal(fields, "instructionBytes")),
                    fields.text("symbol", "") or None,
                    place=_place(fields, source),
                )
            )
        return facts

    def symbol(self, address: int) -> Symbol:  # noqa: ARG002
        """Refuse: the protocol has no such request."""
        raise Unsupported(self.name, _NO_SYMBOLS)

    def module_at(self, address: int) -> Module | None:  # noqa: ARG002
        """Refuse: the protocol has no such request."""
        raise Unsupported(self.name, _NO_SYMBOLS)

    def modules(self) -> Sequence[Module]:
        """List the program and its libraries."""
        return [self._module_fact(fields) for fields in self._modules() if fields.text("path", "")]

    def _modules(self) -> list[Fields]:
        return list(self._ask("modules").items("modules"))

    def _module_fact(self, fields: Fields) -> Module:
        path = fields.text("path")
        if abilities.MODULE_FACTS in self._dialect.lacks:
            return Module(path, has_symbols=None)
        uuid = str(fields.values.get("id", "")).replace("-", "").lower()
        return Module(
            path,
            self._base(fields.address("addressRange")),
            uuid if len(uuid) > _CHECKSUM_DIGITS else "",
            fields.text("symbolStatus", "") == _SYMBOLS_LOADED,
        )

    def _base(self, header: int | None) -> int | None:
        """Give what `p_vaddr` 0 lies at: where a file's header is, but in a program of fixed addresses."""
        if header is None:
            return None
        try:
            (kind,) = _E_TYPE.unpack(self.memory(header, _E_TYPE.size))
        except DebuggerError:
            return header
        return 0 if kind == ET_EXEC else header

    # ---------------------------------------------------------------------------------------------------------- others

    def breakpoints(self) -> Sequence[Breakpoint]:
        """List the breakpoints."""
        return self._breakpoints.facts()

    def execute(self, command: str) -> str:
        """Run a command of the debugger's, for the selected frame."""
        where: dict[str, Any] = {}
        if self._selected:
            where["frameId"] = self._frame(*self._selected).number("id")
            # To lldb-dap this says that the frame was selected.
            self._ask("scopes", **where)
        before = self._standing(where)
        printed, refused = self._run(command, where)
        # A stop in a function that the command called is told after its answer.
        if before and all(map(str.__ne__, before, self._standing(where))):
            self._take_stop()
        self._frames.clear()
        if refused:
            words = " ".join(printed.split()).removeprefix("error: ")
            raise DebuggerError(f"{self.name} can't do {command!r}: {words}")
        return printed

    def _run(self, command: str, where: Mapping[str, Any]) -> tuple[str, bool]:
        """Give what a command prints and whether it was refused: lldb-dap gives an error's words as printed ones."""
        expression = self._dialect.debugger_command(command)
        try:
            printed = self._ask("evaluate", expression=expression, context="repl", **where).text("result")
        except Refusal as refusal:
            return refusal.words, True
        printed = printed.removeprefix(f"(lldb) {command}\n")  # lldb-dap 19 repeats the command.
        return printed, bool(_ERROR.search(printed))

    def _standing(self, where: Mapping[str, Any]) -> list[str]:
        """Give the number of stops and the stack pointer: when both change, the program has stopped elsewhere.

        Functions that were called and have returned change the first alone, writes to registers the second.
        """
        asks = self._dialect.standing
        return self._run(asks, where)[0].split() if asks and self._selected else []


def _address(fields: Fields, name: str) -> int:
    found = fields.address(name)
    if found is None:
        raise fields.malformed(name)
    return found


def _hexadecimal(fields: Fields, name: str) -> bytes:
    try:
        return bytes.fromhex(fields.text(name, ""))
    except ValueError:
        raise fields.malformed(name) from None


def _place(fields: Fields, source: Fields) -> Place | None:
    """Give the line of a frame or an instruction; lldb has a made-up source of assembly where there is none."""
    path, line = source.text("path", ""), fields.number("line", 0)
    if not path or not line or source.text("presentationHint", "") == "deemphasize":
        return None
    return Place(path, line, fields.number("column", 0) or None)
