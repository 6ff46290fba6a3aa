"""A function of each kind that Numba compiles; the argument is the folder for cached ones."""

import os
import sys

os.environ["NUMBA_CACHE_DIR"] = sys.argv[1]

import numpy as np
from numba import cfunc, guvectorize, njit, prange, vectorize


@vectorize(["float64(float64)"])
def halved(number):
    half = number / 2
    return half + 0  # mark: vectorize


@guvectorize(["void(float64[:], float64[:])"], "(n)->(n)")
def running(numbers, sums):
    total = 0.0
    for place in range(numbers.shape[0]):
        total += numbers[place]
        sums[place] = total  # mark: guvectorize


@cfunc("float64(float64)")
def tripled(number):
    threefold = number * 3
    return threefold + 0  # mark: cfunc


@njit
def countdown(start):
    left = start - 1
    if left > 0:  # mark: recursion
        return countdown(left)
    return left


@njit(cache=True)
def squared(number):
    square = number * number
    return square + 0  # mark: cached


@njit(parallel=True)
def summed(numbers):
    total = 0.0
    for place in prange(numbers.shape[0]):
        number = numbers[place] * 2
        total += number  # mark: parallel
    return total


print(halved(np.array([3.0])), running(np.array([1.0, 2.0])), tripled.ctypes(2.0))
print(countdown(3), squared(7), summed(np.full(10, 2.25)))
