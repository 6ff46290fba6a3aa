"""The host of the C library: ``python -m jitdbg.demo.round_trip ZSTD.ll`` compresses data and gets it back.

The data is the beginning of the library's own IR.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from pathlib import Path

from jitdbg.dylib import Dylib
from jitdbg.engine import Engine

SIZE = 4 << 20
"""Bytes that go round."""
LEVEL = 3
"""zstd's own default for its compression level."""


@dataclass(frozen=True)
class RoundTrip:
    """Sizes in bytes; ``intact``: what came back is what went in."""

    size: int
    compressed: int
    intact: bool


def round_trip(dylib: Dylib, data: bytes) -> RoundTrip:
    """Compress ``data`` and decompress the result, through functions typed by their IR."""
    capacity = dylib.function("ZSTD_compressBound")(len(data))
    packed, unpacked = ctypes.create_string_buffer(capacity), ctypes.create_string_buffer(len(data))
    compressed = dylib.function("ZSTD_compress")(packed, capacity, data, len(data), LEVEL)
    size = dylib.function("ZSTD_decompress")(unpacked, len(data), packed, compressed)
    return RoundTrip(len(data), compressed, size == len(data) and unpacked.raw == data)


def main() -> int:
    """Load the IR named on the command line and say how the round trip went; 1 if the data did not survive it."""
    ir = Path(sys.argv[1])
    with Engine() as engine:
        trip = round_trip(engine.load(ir, name="zstd"), ir.read_bytes()[:SIZE])
    print(f"{trip.size} bytes became {trip.compressed} and came back {'intact' if trip.intact else 'BROKEN'}")
    return 0 if trip.intact else 1


if __name__ == "__main__":
    sys.exit(main())
