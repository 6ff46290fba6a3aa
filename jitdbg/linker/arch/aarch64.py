"""AArch64: relocations, stubs and veneers.

Source: ELF for the Arm 64-bit Architecture (AAELF64, 2023Q3), section 5.7 "Relocation"; for TLS also "TLS Descriptors
for ARM and AArch64"; for instructions the Arm Architecture Reference Manual, C6.2. Here are the small and the tiny code
model, little-endian, LP64.

Most relocations are for a field of an instruction. An address takes two of them: ``adrp`` gives its 4 KiB page,
relative to the instruction's own, the next instruction the low twelve bits. An image is loaded at a multiple of a page,
so both are the same wherever it is: such a pair needs no loader, and counts as relative here although the second value
does not depend on the place.
"""

from __future__ import annotations

# The largest page that kernels for AArch64 use; images for less would not load there.
PAGE = 1 << 16
# What adrp counts in, whatever the kernel's pages are.
_ADRP_PAGE = 1 << 12

_ANY_LOW, _ANY_HIGH = -1 << 64, 1 << 65
_SECTION = "keep caller and callee in one section, or closer together"
_ALIGN = "make the image smaller, or compile with -fPIC -mcmodel=small"


def _immediate(start: int, bits: int, scale: int = 0) -> tuple[int, Callable[[int], int]]:
    """Return mask and encoder of ``bits`` bits from bit ``start`` on, which hold a value divided by 2 ** scale."""
    mask = (1 << bits) - 1
    return mask << start, lambda value: (value >> scale & mask) << start
