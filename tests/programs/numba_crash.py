"""Code that Numba compiled crashes."""

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic


@intrinsic
def write(typing_context, address):
    del typing_context, address

    def generate(context, builder, signature, arguments):
        del signature
        builder.store(ir.Constant(ir.IntType(64), 1), builder.inttoptr(arguments[0], ir.IntType(64).as_pointer()))
        return context.get_dummy_value()

    return types.none(types.int64), generate


@njit
def poke(address):
    write(address)  # mark: crash
    return address


@njit
def outer(address):
    return poke(address + 8) + 1  # mark: call


outer(0)
