"""Addresses of code as facts: places, frames, instructions, modules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Optional

import lldb

from jitdbg.debugger import link_map
from jitdbg.debugger.facts import Frame, Instruction, Module, Place, Symbol
from jitdbg.debugger.names import function_name
from jitdbg.debugger.paths import RealPaths, real_path
from jitdbg.errors import DebuggerError

# lldb makes a UUID of a file's CRC32 where it has no build-id.
_CHECKSUM_DIGITS = 8
_WITHOUT_PROGRAM = (lldb.eStateInvalid, lldb.eStateUnloaded, lldb.eStateExited, lldb.eStateDetached)
LOCAL_PLATFORM = "host"
_ADDRESSES = range(1 << 64)


def has_program(target: lldb.SBTarget) -> bool:
    """Tell whether a target has a program, or a core of one; of one that has ended lldb keeps the threads."""
    return target.GetProcess().GetState() not in _WITHOUT_PROGRAM


def place_of(line: lldb.SBLineEntry) -> Optional[Place]:
    """Give the line of a source; None for code without one, or of line 0."""
    if not line.IsValid() or not line.GetLine():
        return None
    return Place(line.GetFileSpec().fullpath, line.GetLine(), line.GetColumn() or None)


def module_path(module: lldb.SBModule) -> Optional[str]:
    """Name the file that a module was loaded from, without symbolic links where the file is on this machine."""
    path = module.GetFileSpec().fullpath if module.IsValid() else None
    return real_path(path) if path else None


def frame_fact(frame: lldb.SBFrame) -> Frame:
    """Describe a frame, at its own level. Calls that were optimised to jumps are frames too, as lldb has them."""
    return Frame(
        frame.GetFrameID(),
        frame.GetPC(),
        _function_name(frame),
        place_of(frame.GetLineEntry()),
        module_path(frame.GetModule()),
        frame.IsInlined(),
        frame.GetFrameID() == 0 and in_prologue(frame),
    )


def _function_name(frame: lldb.SBFrame) -> Optional[str]:
    if not frame.GetFunction().IsValid() and frame.GetSymbol().IsSynthetic():
        return None  # lldb made the name up.
    name = frame.GetFunctionName()
    return function_name(name) if name else None


def in_prologue(frame: lldb.SBFrame) -> bool:
    """Tell whether a frame has not come to the line table's first line after its function's entry."""
    function = frame.GetFunction()
    if frame.IsInlined() or not function.IsValid():
        return False
    into = frame.GetPCAddress().GetFileAddress() - function.GetStartAddress().GetFileAddress()
    return 0 <= into < (function.GetPrologueByteSize() or _first_of_one_line(function))


def _first_of_one_line(function: lldb.SBFunction) -> int:
    """Give the size of the first of several entries in the line table that a function of a single line has.

    lldb looks for the prologue's end at a change of line, and finds none in those.
    """
    start, end = function.GetStartAddress(), function.GetEndAddress().GetFileAddress()
    first = entry = start.GetLineEntry()
    entries = 0
    while entry.IsValid() and entry.GetStartAddress().GetFileAddress() < end:
        if entry.GetLine() != first.GetLine():
            return 0
        entries += 1
        entry = entry.GetEndAddress().GetLineEntry()
    return first.GetEndAddress().GetFileAddress() - start.GetFileAddress() if entries > 1 else 0


def function_at(address: lldb.SBAddress) -> tuple[Optional[str], int]:
    """Name the function at an address, inlined ones aside, and how far it is into it."""
    function, symbol = address.GetFunction(), address.GetSymbol()
    if function.IsValid():
        return function_name(function.GetName()), address.GetFileAddress() - function.GetStartAddress().GetFileAddress()
    if symbol.IsValid() and not symbol.IsSynthetic():
        return function_name(symbol.GetName()), address.GetFileAddress() - symbol.GetStartAddress().GetFileAddress()
    return None, 0


def symbol_fact(target: lldb.SBTarget, number: int) -> Symbol:
    """Describe what is at an address."""
    if number not in _ADDRESSES:
        raise DebuggerError(f"lldb can't tell what is at {number:#x}: it is no address")
    address = target.ResolveLoadAddress(number)
    function, offset = function_at(address)
    module = module_path(address.GetModule())
    return Symbol(number, function, offset, tuple(_frames_at(address, number, module)), module)


def _frames_at(address: lldb.SBAddress, number: int, module: Optional[str]) -> Iterator[Frame]:
    """Walk outwards through what is inlined."""
    place, level, block = place_of(address.GetLineEntry()), 0, address.GetBlock()
    block = block.GetContainingInlinedBlock() if block.IsValid() else block
    while block.IsValid():
        yield Frame(level, number, function_name(block.GetInlinedName()), place, module, True)
        place, level, block = _call_place(block), level + 1, block.GetParent().GetContainingInlinedBlock()
    if address.GetFunction().IsValid():
        yield Frame(level, number, function_at(address)[0], place, module)


def _call_place(block: lldb.SBBlock) -> Optional[Place]:
    file, line = block.GetInlinedCallSiteFile(), block.GetInlinedCallSiteLine()
    return Place(file.fullpath, line, block.GetInlinedCallSiteColumn() or None) if file.IsValid() and line else None


def instructions(target: lldb.SBTarget, address: int, count: int) -> list[Instruction]:
    """Disassemble."""
    if address not in _ADDRESSES:
        raise DebuggerError(f"lldb can't disassemble at {address:#x}: it is no address")
    found = target.ReadInstructions(target.ResolveLoadAddress(address), count)
    if count and not found.GetSize():
        raise DebuggerError(f"lldb can't disassemble at {address:#x}: no memory can be read there")
    return [_instruction(item, target) for item in found]


def _instruction(item: lldb.SBInstruction, target: lldb.SBTarget) -> Instruction:
    address = item.GetAddress()
    text = " ".join(f"{item.GetMnemonic(target)} {item.GetOperands(target)}".split())
    function, offset = function_at(address)
    return Instruction(
        load_address(address, target), text, item.GetByteSize(), function, offset, place_of(address.GetLineEntry())
    )


def load_address(address: lldb.SBAddress, target: lldb.SBTarget) -> int:
    """Give an address in the program; in a file, where there is no program."""
    loaded = address.GetLoadAddress(target)
    return int(address.GetFileAddress() if loaded == lldb.LLDB_INVALID_ADDRESS else loaded)


def memory(process: lldb.SBProcess, address: int, size: int) -> bytes:
    """Read memory; raises `DebuggerError` where some of it can't be read."""
    if not size:
        return b""
    error = lldb.SBError()
    data = process.ReadMemory(address, size, error) if address in _ADDRESSES and size > 0 else None
    if data is None or error.Fail() or len(data) < size:
        raise DebuggerError(f"lldb can't read {size} bytes at {address:#x}: {error.GetCString() or 'it is no memory'}")
    return bytes(data)


def modules(target: lldb.SBTarget) -> list[Module]:
    """List the program and its libraries in load order; without a program, as lldb learnt of them."""
    paths = RealPaths()
    named = ((module, _loaders_path(module)) for module in target.module_iter())
    found = [_module(module, paths[path], target) for module, path in named if path]
    return _in_load_order(target, found) if has_program(target) else found


def _loaders_path(module: lldb.SBModule) -> Optional[str]:
    """Give the path that the program has a module from: lldb keeps what a platform has brought elsewhere.

    A relative one is relative to lldb's directory, where lldb has found it. None for what lies in no file, such as the
    kernel's own library.
    """
    path = str(module.GetPlatformFileSpec().fullpath or module.GetFileSpec().fullpath or "")
    if not path or os.path.isabs(path):
        return path
    return os.path.abspath(path) if os.path.isfile(path) else None


def find_module(target: lldb.SBTarget, address: int) -> Optional[Module]:
    """Describe the module that an address was loaded from."""
    module = target.ResolveLoadAddress(address).GetModule() if address in _ADDRESSES else lldb.SBModule()
    path = _loaders_path(module) if module.IsValid() else None
    if path:
        return _module(module, real_path(path), target)
    below = (each for each in modules(target) if each.base is not None and each.base <= address)
    lost = max(below, key=lambda each: each.base, default=None) if _files_may_be_elsewhere(target) else None
    # What lldb has a file for, it would have found.
    return lost if lost and not lost.build_id else None


def _files_may_be_elsewhere(target: lldb.SBTarget) -> bool:
    return is_core(target.GetProcess()) or is_remote(target) or _sees_other_files(target.GetProcess().GetProcessID())


def _sees_other_files(process: int) -> bool:
    """Tell whether a process of this machine is in a container, or has mounts of its own for another reason."""
    try:
        return os.readlink(f"/proc/{process}/ns/mnt") != os.readlink("/proc/self/ns/mnt")
    except OSError:
        return False


def is_core(process: lldb.SBProcess) -> bool:
    """Tell whether a process is a core dump."""
    return "core" in process.GetPluginName()


def is_remote(target: lldb.SBTarget) -> bool:
    """Tell whether a debug server of another machine, or of this one as if it were, has the program."""
    if (target.GetPlatform().GetName() or LOCAL_PLATFORM) != LOCAL_PLATFORM:
        return True
    # A debug server can be connected to without the platform that it runs on.
    return has_program(target) and not is_core(target.GetProcess()) and not _is_here(target)


def _is_here(target: lldb.SBTarget) -> bool:
    """Tell whether a process of the number is one of this machine that executes the target's program."""
    program = os.path.basename(os.path.realpath(target.GetExecutable().fullpath or ""))
    try:
        executed = os.readlink(f"/proc/{target.GetProcess().GetProcessID()}/exe")
    except PermissionError:
        return True
    except OSError:
        return False
    return os.path.basename(executed).removesuffix(" (deleted)") == program


def _in_load_order(target: lldb.SBTarget, found: list[Module]) -> list[Module]:
    """Order what lldb has found, with what the loader has loaded from files that lldb can't find.

    lldb reads the files of a program that it attaches to side by side, and lists them as they are ready.
    """
    program = _program(target)
    if not program:
        return found
    if _files_may_be_elsewhere(target):
        bases = {module.base for module in found}
        found = [*found, *(Module(path, base) for path, base in link_map.loaded(*program) if base not in bases)]
    order = link_map.load_order(*program)
    return sorted(found, key=lambda module: order.get(module.base, len(order)))


def _program(target: lldb.SBTarget) -> Optional[tuple[link_map.Memory, int, int]]:
    """Give how to read memory, and where the ELF header and the address 0 of the program lie."""
    header, process = target.FindModule(target.GetExecutable()).GetObjectFileHeaderAddress(), target.GetProcess()
    start = header.GetLoadAddress(target)
    if start == lldb.LLDB_INVALID_ADDRESS:
        return None
    return lambda address, size: memory(process, address, size), start, start - header.GetFileAddress()


def _module(module: lldb.SBModule, path: str, target: lldb.SBTarget) -> Module:
    header = module.GetObjectFileHeaderAddress()
    loaded = header.GetLoadAddress(target)
    base = None if loaded == lldb.LLDB_INVALID_ADDRESS else loaded - header.GetFileAddress()
    identity = (module.GetUUIDString() or "").replace("-", "").lower()
    build_id = identity if len(identity) > _CHECKSUM_DIGITS else ""
    return Module(path, base, build_id, module.GetNumCompileUnits() > 0)
