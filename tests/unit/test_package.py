"""The package's public names, which are loaded when they are first asked for."""

from __future__ import annotations

import importlib
import inspect

import pytest

import jitdbg
from jitdbg import errors


def test_every_exception_of_the_tree_is_public() -> None:
    tree = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert tree <= set(jitdbg.__all__)


@pytest.mark.parametrize("name", jitdbg.__all__)
def test_every_public_name_can_be_loaded(name: str) -> None:
    assert getattr(jitdbg, name) is not None


def test_a_public_name_is_the_same_as_in_its_module() -> None:
    assert jitdbg.LinkError is errors.LinkError
    assert jitdbg.link is importlib.import_module("jitdbg.linker").link


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'jitdbg' has no attribute 'Motor'"):
        _ = jitdbg.Motor


def test_names_are_listed_before_they_are_loaded() -> None:
    assert set(jitdbg.__all__) <= set(dir(jitdbg))
