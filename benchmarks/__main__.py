"""Run the benchmarks, all or those that are named, and print ratios measured in one run."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from benchmarks import timing
from jitdbg import codegen

NAMES = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all without")
    parser.add_argument("--quick", action="store_true", help="one round of everything: does it run?")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}: choose of {', '.join(NAMES)}")
    results = {}
    for name in arguments.names or NAMES:
        module = importlib.import_module(f"benchmarks.bench_{name}")
        results[name] = module.run(quick=arguments.quick)
        timing.show(str(module.__doc__).partition("\n")[0], results[name])
    if arguments.json:
        timing.write(arguments.json, results, codegen.versions())


main()
