"""``jitdbg demo``: two real inputs the whole way, from source to a debugger that stops in them.

    inputs.py       what is shown: a small file of IR, and a C library; which line, which values have to be seen
    round_trip.py   the host of the C library: compress and decompress
    dialects.py     the same dialogue in gdb's and in lldb's words, and how their answers read
    dialogue.py     one debugger run over one input, within a deadline
    claims.py       what has to hold, each with the lines that show it
    screen.py       how it is printed
    tour.py         all of that in order

Every claim is checked against what the debugger printed. The debuggers are driven in batch mode and their output is
read as text, which serves a demonstration only: what needs structured data goes through `jitdbg.harness`.
"""
