"""``jitdbg build``: source to a shared library in a file."""

from __future__ import annotations

from pathlib import Path

import click

from jitdbg import build
from jitdbg.cli.arguments import complete_file
from jitdbg.cli.options import cflags_option, debug_option, linker_option, opt_level_option, output_option
from jitdbg.debuginfo.attach import Debug


@click.command()
@click.argument("file", metavar="FILE", shell_complete=complete_file)
@output_option("The library to write.")
@click.option("--target", metavar="TRIPLE", help="The machine it is for, as in aarch64-linux-gnu (this one).")
@click.option("--cpu", help="The oldest CPU that is to run it, in LLVM's words, or native (the oldest of the target).")
@opt_level_option
@debug_option
@linker_option
@cflags_option
def command(
    file: str,
    output: Path,
    target: str | None,
    cpu: str | None,
    opt_level: int,
    debug: Debug,
    linker: str | None,
    cflags: tuple[str, ...],
) -> None:
    """Compile and link FILE (.ll, .bc, .c, .cc, .cpp, .o) to a shared library that any process can load.

    The same FILE gives the same bytes. What debuggers would find in no file is written beside it, into OUTPUT.src:
    the text of bitcode without debug info, source that is embedded in debug info.
    """
    build.check_output(output, [file])
    texts: dict[Path, bytes] = {}
    sources = output.absolute().with_name(f"{output.name}.src")

    def keep(filename: str, text: bytes) -> str:
        texts[path := sources / filename] = text
        return str(path)

    image = build.build(
        Path(file),
        soname=output.name,
        target=target,
        cpu=cpu,
        opt_level=opt_level,
        debug=debug,
        linker=linker,
        cflags=cflags,
        keep=keep,
    )
    for path, text in texts.items():
        build.write_atomically(path, text, make_directory=True)
    build.write_atomically(output, image, executable=True)
