"""A fake debugger over modelled programs, so that what is built on the harness is tested without a debugger.

HOST = FakeModule("host.c", {"total": 0})

@HOST.function("loop", "end")
def main(frame: Activation) -> Run[int]:
    for index in range(3):
        frame.locals.index = index
        yield frame.at("loop")
        frame.globals.total += index
    yield frame.at("end")
    return 0

session = Session.launch(["host"], debugger=FakeBackend({"host": HOST}), sources=["host.c"])
"""

from jitdbg.harness.fake.backend import FakeBackend
from jitdbg.harness.fake.machine import Activation, FakeModule, Function, Loaded, Run

__all__ = ["Activation", "FakeBackend", "FakeModule", "Function", "Loaded", "Run"]
