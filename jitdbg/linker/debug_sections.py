"""Compressed debug sections are unpacked: relocations are for what is inside.

They are marked SHF_COMPRESSED (gABI chapter 4), or in GNU's old way called ``.zdebug_*`` and begin with "ZLIB" and the
size as eight bytes, big-endian (``as --compress-debug-sections=zlib-gnu``).
"""

from __future__ import annotations

import ctypes
import struct
import zlib
from functools import cache

from jitdbg.elf import constants as c
from jitdbg.linker.model import Contents, InputSection

_HEADER = struct.Struct("<IIQQ")
# No zlib stream holds more for its size, and no debug section with zstd: what claims to is broken or hostile.
_LARGEST_RATIO = 1032


_OLD_HEADER = struct.Struct(">4sQ")
OLD_PREFIX = ".zdebug_"


def decompress_old(section: InputSection) -> None:
    """Replace a ``.zdebug_*`` section by the ``.debug_*`` section that it holds."""
    name = ".debug_" + section.name[len(OLD_PREFIX) :]
    if bytes(section.data[:4]) == b"ZLIB" and len(section.data) >= _OLD_HEADER.size:
        _, size = _OLD_HEADER.unpack_from(section.data)
        section.data, section.size = _inflate(section, section.data[_OLD_HEADER.size :], size), size
    section.header = section.header._replace(name=name, sh_size=section.size)


def decompress(section: InputSection) -> None:
    """Replace the contents of a compressed section by what they hold."""
    if len(section.data) < _HEADER.size:
        raise section.error(0, "the compressed section has no header")
    method, _, size, align = _HEADER.unpack_from(section.data)
    data = section.data[_HEADER.size :]
    if method == c.ELFCOMPRESS_ZLIB:
        unpacked = _inflate(section, data, size)
    elif method == c.ELFCOMPRESS_ZSTD:
        unpacked = _unpack_zstd(section, data, size)
    else:
        raise section.error(0, f"it is compressed in a way that is not known ({method}); compile with -gz=none")
    section.data, section.size = unpacked, size
    section.header = section.header._replace(
        sh_flags=section.header.sh_flags & ~c.SHF_COMPRESSED, sh_size=size, sh_addralign=align
    )


def _check_ratio(section: InputSection, packed: int, size: int) -> None:
    if size > (packed + 64) * _LARGEST_RATIO:
        raise section.error(8, f"{packed} compressed bytes can't hold {size}")


def _inflate(section: InputSection, data: Contents, size: int) -> bytearray:
    _check_ratio(section, len(data), size)
    unpacker = zlib.decompressobj()
    try:
        unpacked = bytearray(unpacker.decompress(data, size or 1))
    except zlib.error as error:
        raise section.error(0, f"the compressed contents are broken ({error})") from None
    if len(unpacked) != size:
        raise section.error(0, f"the compressed contents have {len(unpacked)} bytes instead of {size}")
    return unpacked


@cache
def _zstd() -> ctypes.CDLL | None:
    """Return the system's libzstd, which Python has no module for before 3.14; None where it is not installed."""
    try:
        library = ctypes.CDLL("libzstd.so.1")
    except OSError:
        return None
    library.ZSTD_decompress.restype = ctypes.c_size_t
    library.ZSTD_decompress.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t)
    return library


def _unpack_zstd(section: InputSection, data: Contents, size: int) -> bytearray:
    library = _zstd()
    if library is None:
        raise section.error(
            0, "it is compressed with zstd, and libzstd.so.1 is not installed; install it, or compile with -gz=zlib"
        )
    _check_ratio(section, len(data), size)
    unpacked = bytearray(size)
    target = (ctypes.c_char * size).from_buffer(unpacked)
    # An error is a size beyond all others.
    if library.ZSTD_decompress(target, size, bytes(data), len(data)) != size:
        raise section.error(0, f"the compressed contents are broken, or not {size} bytes of zstd")
    return unpacked
