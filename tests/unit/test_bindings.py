"""Providers, references and the slots between them, on memory of the test's own."""

import ctypes
from dataclasses import dataclass, field

import pytest

from jitdbg.bindings import Bindings
from jitdbg.errors import InUseError, JitdbgError


@dataclass(eq=False)
class FakeDylib:
    """Stands for a dylib: a name and the addresses it offers."""

    name: str
    addresses: dict[str, int] = field(default_factory=dict)

    def find_address(self, name: str) -> int | None:
        return self.addresses.get(name)


class Slot:
    """Eight bytes that stand for a slot in an image."""

    def __init__(self) -> None:
        self.memory = ctypes.c_uint64(0)
        self.address = ctypes.addressof(self.memory)

    @property
    def value(self) -> int:
        return self.memory.value


def _connect(bindings: Bindings, referrer: FakeDylib, name: str) -> Slot:
    slot = Slot()
    with bindings.resolved([name], referrer) as providers:
        bindings.connect(referrer, providers, {name: slot.address})
    return slot


def test_the_last_to_offer_a_name_provides_it() -> None:
    bindings, user = Bindings(), FakeDylib("user")
    first, second = FakeDylib("first", {"f": 1}), FakeDylib("second", {"f": 2})
    bindings.offer(first, ["f"])
    bindings.offer(second, ["f"])
    assert _connect(bindings, user, "f").value == 2
    bindings.withdraw(second, ["f"])
    assert _connect(bindings, user, "f").value == 1


def test_a_definition_comes_before_every_dylib() -> None:
    bindings, user = Bindings(), FakeDylib("user")
    bindings.offer(FakeDylib("other", {"f": 1}), ["f"])
    bindings.define("f", 7)
    assert _connect(bindings, user, "f").value == 7


def test_a_dylib_does_not_provide_for_itself() -> None:
    bindings, dylib = Bindings(), FakeDylib("self", {"f": 1})
    bindings.offer(dylib, ["f"])
    with bindings.resolved(["f"], dylib) as providers:
        assert providers == {}


def test_a_new_offer_redirects_the_slots_of_those_who_refer_to_it() -> None:
    bindings, user, provider = Bindings(), FakeDylib("user"), FakeDylib("provider", {"f": 1, "g": 5})
    bindings.offer(provider, ["f", "g"])
    slot, gone = _connect(bindings, user, "f"), _connect(bindings, user, "g")
    provider.addresses = {"f": 2}
    bindings.offer(provider, ["f"])
    assert slot.value == 2
    assert gone.value == 5, "a name that the new generation lacks stays with the old one"
    with bindings.resolved(["g"], user) as providers:
        assert providers == {}


def test_a_new_definition_redirects_too() -> None:
    bindings, user = Bindings(), FakeDylib("user")
    bindings.define("f", 1)
    slot = _connect(bindings, user, "f")
    bindings.define("f", 2)
    assert slot.value == 2


def test_a_slot_that_was_linked_before_a_reload_is_brought_up_to_date() -> None:
    bindings, user, provider = Bindings(), FakeDylib("user"), FakeDylib("provider", {"f": 1})
    bindings.offer(provider, ["f"])
    slot = Slot()
    with bindings.resolved(["f"], user) as providers:
        slot.memory.value = 1
        provider.addresses = {"f": 2}
        bindings.offer(provider, ["f"])
        bindings.connect(user, providers, {"f": slot.address})
    assert slot.value == 2


def test_referrers_are_named_until_they_are_withdrawn() -> None:
    bindings, user, provider = Bindings(), FakeDylib("user"), FakeDylib("provider", {"f": 1})
    bindings.offer(provider, ["f"])
    slot = _connect(bindings, user, "f")
    assert bindings.referrers(provider) == ["user"]
    bindings.withdraw(user, [])
    assert bindings.referrers(provider) == []
    provider.addresses = {"f": 2}
    bindings.offer(provider, ["f"])
    assert slot.value == 1, "the memory of a dylib that was closed is left alone"


def test_a_provider_is_pinned_while_an_image_is_being_linked_against_it() -> None:
    bindings, user, provider = Bindings(), FakeDylib("user"), FakeDylib("provider", {"f": 1})
    bindings.offer(provider, ["f"])
    with bindings.resolved(["f"], user):
        assert bindings.referrers(provider) == ["user"]
    assert bindings.referrers(provider) == []


def test_only_an_unused_provider_is_withdrawn_on_that_condition() -> None:
    bindings, user, provider = Bindings(), FakeDylib("user"), FakeDylib("provider", {"f": 1})
    bindings.offer(provider, ["f"])
    with bindings.resolved(["f"], user), pytest.raises(InUseError, match="'provider' is referred to by user"):
        bindings.withdraw_unused(provider, ["f"])
    bindings.withdraw_unused(provider, ["f"])
    assert bindings.is_empty


@pytest.mark.parametrize("address", [-1, 1 << 64])
def test_a_definition_that_no_slot_can_hold_is_refused(address: int) -> None:
    with pytest.raises(JitdbgError, match="give an address, from 0 to"):
        Bindings().define("f", address)


def test_definitions_are_addresses_callbacks_or_data() -> None:
    bindings, user = Bindings(), FakeDylib("user")
    callback = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 4)
    data = ctypes.c_int(3)
    bindings.define("callback", callback)
    bindings.define("data", data)
    assert _connect(bindings, user, "callback").value == ctypes.cast(callback, ctypes.c_void_p).value
    assert _connect(bindings, user, "data").value == ctypes.addressof(data)
    with pytest.raises(JitdbgError, match="'x' can't be defined as a str"):
        bindings.define("x", "address")
    with pytest.raises(JitdbgError, match="3 is given as the name of a symbol to define: give a str"):
        bindings.define(3, 4)  # type: ignore[arg-type]


def test_bindings_are_empty_until_something_is_offered() -> None:
    bindings, provider = Bindings(), FakeDylib("provider", {"f": 1})
    assert bindings.is_empty
    bindings.offer(provider, ["f"])
    assert not bindings.is_empty
    bindings.withdraw(provider, ["f"])
    assert bindings.is_empty
