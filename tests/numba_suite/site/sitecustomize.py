"""Puts dylibs behind Numba in every process of its test suite, those that its tests start too."""

import os

if os.environ.get("NUMBA_ON_JITDBG"):
    from jitdbg.numba import install_on_arrival

    install_on_arrival(debug=False)
