"""A function of Numba's for a debugger: run it with `jitdbg exec`, or under one with `jitdbg debug` (docs/numba.md)."""

import numpy as np
from numba import njit


@njit
def total(values, scale):
    result = 0.0
    for index in range(values.shape[0]):
        item = values[index] * scale
        result += item  # mark: add
    return result


@njit
def twice(values):
    doubled = total(values, 2.0)  # mark: call
    return doubled + 1


print(twice(np.arange(6, dtype=np.float64)))
