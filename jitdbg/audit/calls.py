"""Call instructions in machine code, which are found by disassembling it from end to end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import capstone

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c

_MACHINES = {
    c.EM_X86_64: (capstone.CS_ARCH_X86, capstone.CS_MODE_64),
    c.EM_AARCH64: (capstone.CS_ARCH_ARM64, capstone.CS_MODE_ARM),
}


def find_call_returns(elf: ElfFile, low: int, high: int) -> set[int] | None:
    """Find the addresses behind the calls from ``low`` to before ``high``; None for a machine that is not known here.

    Calls that became jumps are none: they return to nowhere in this function.
    """
    machine = _MACHINES.get(elf.header.e_machine)
    if machine is None:
        return None
    disassembler = capstone.Cs(*machine)
    disassembler.detail = True
    disassembler.skipdata = True
    instructions: Iterator[Any] = disassembler.disasm(bytes(elf.at_address(low, high - low)), low)
    return {each.address + each.size for each in instructions if each.id and each.group(capstone.CS_GRP_CALL)}
