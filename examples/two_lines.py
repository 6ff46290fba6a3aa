"""The two lines that a program with llvmlite adds: its module becomes a library that every debugger can stop in."""

import llvmlite.ir as ir

import jitdbg

# What such a program has already: a module.
module = ir.Module("squares")
int32 = ir.IntType(32)
square = ir.Function(module, ir.FunctionType(int32, [int32]), "square")
builder = ir.IRBuilder(square.append_basic_block("entry"))
builder.ret(builder.mul(square.args[0], square.args[0]))

# The two lines. A module without debug info becomes its own source, and this stops in it:
#   jitdbg debug --break square -- python examples/two_lines.py
dylib = jitdbg.Engine(debug="auto").load(module)
print("square(12) =", dylib.function("square")(12))
