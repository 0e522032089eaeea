"""Nothing is sent anywhere but to this machine and to hosts that were allowed."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.webhooks.allowed_targets import Resolve, TargetError, Targets, read_host


def resolving(*addresses: str) -> Resolve:
    """A look-up that finds those, whatever the name."""

    async def resolve(_host: str) -> Sequence[str]:
        return addresses

    return resolve


async def no_look_up(host: str) -> Sequence[str]:
    """A look-up that must not be made."""
    raise AssertionError(f"{host} was looked up")


def addresses(targets: Targets, url: str) -> Sequence[str]:
    """Where a URL leads."""
    return asyncio.run(targets.addresses(url))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8000/hooks", "127.0.0.1"),
        ("https://127.9.8.7/", "127.9.8.7"),
        ("http://[::1]:8000/", "::1"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1"),
    ],
)
def test_loopback_may_be_reached(url: str, address: str) -> None:
    """Every address of this machine is allowed, without a DNS lookup."""
    assert addresses(Targets(resolve=no_look_up), url) == (address,)


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[::ffff:10.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "192.168.1.1",
        "8.8.8.8",
        "2130706433",
        "167772161",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "example.com",
        "localhost.example.com",
        "notlocalhost",
        "metadata.google.internal",
    ],
)
def test_other_hosts_may_not(host: str) -> None:
    """Private, public and cloud addresses are refused however written, and no name is looked up."""
    targets = Targets(resolve=no_look_up)
    with pytest.raises(TargetError, match="--webhook-host"):
        targets.check(f"http://{host}/hooks")
    with pytest.raises(TargetError):
        addresses(targets, f"http://{host}/hooks")


@pytest.mark.parametrize("other", ["10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "8.8.8.8"])
def test_every_address_of_a_name_is_checked(other: str) -> None:
    """A name that leads to this machine and elsewhere as well is refused whole."""
    targets = Targets(resolve=resolving("127.0.0.1", other))
    with pytest.raises(TargetError, match=r"has the address .* which is not allowed"):
        addresses(targets, "http://localhost/hooks")


def test_a_name_of_this_machine_is_looked_up_once() -> None:
    """The addresses of localhost are those to connect to, each once, in order."""
    targets = Targets(resolve=resolving("::1", "127.0.0.1", "::1"))

    assert addresses(targets, "http://LocalHost.:80/") == ["::1", "127.0.0.1"]
    assert addresses(targets, "http://hooks.localhost/") == ["::1", "127.0.0.1"]


def test_an_allowed_name_may_have_any_usual_address() -> None:
    """A host that was allowed is reached inside a private network."""
    targets = Targets(["Receiver."], resolving("172.18.0.5"))

    assert addresses(targets, "http://receiver:8000/") == ["172.18.0.5"]


@pytest.mark.parametrize("special", ["169.254.169.254", "fd00:ec2::254", "0.0.0.0", "224.0.0.1"])
def test_an_allowed_name_does_not_allow_special_addresses(special: str) -> None:
    """Addresses with another meaning on each machine must be allowed themselves."""
    with pytest.raises(TargetError, match=f"--webhook-host {special}"):
        addresses(Targets(["receiver"], resolving(special)), "http://receiver/")

    named = Targets(["receiver", special], resolving(special))
    assert addresses(named, "http://receiver/") == [special]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks",
        "127.0.0.1:8000",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http:///hooks",
        "http://127.0.0.1:port/",
        "http://127.0.0.1:99999/",
        "http://user:word@127.0.0.1/",
        "http://127.0.0.1\\@10.0.0.1/",
        "http://127.0.0.1 /",
        "http://127.0.0.1/\n",
        "http://[::1/",
        "http://b\u00fccher.localhost/",
        "http://127.0.0.1/" + "x" * 2048,
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    """Text that is no plain URL of HTTP is refused with a sentence."""
    with pytest.raises(TargetError):
        Targets(resolve=no_look_up).check(url)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Hooks.Example.COM.", "hooks.example.com"),
        ("10.0.0.7", "10.0.0.7"),
        ("[fd00::7]", "fd00::7"),
        ("FD00:0::7", "fd00::7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
    ],
)
def test_an_allowed_host_is_compared_by_meaning(text: str, host: str) -> None:
    """Case, a last dot and another way to write an address make no difference."""
    assert read_host(text) == host


@pytest.mark.parametrize("text", ["", "http://hooks", "hooks:80", "hooks/path", "10.0.0.0/8", "*"])
def test_what_is_no_host_cannot_be_allowed(text: str) -> None:
    """Only a name or an address alone can be."""
    with pytest.raises(TargetError, match="--webhook-host"):
        Targets([text])


@pytest.mark.parametrize("url", ["http://localhost/", "http://127.0.0.1:80/", "http://[::1]/"])
def test_loopback_has_to_be_allowed_where_others_reach_the_server(url: str) -> None:
    """Callers on other machines reach the services of this one only where that is allowed."""
    found = resolving("127.0.0.1", "::1")
    with pytest.raises(TargetError, match=r"allowed hosts only: .* --webhook-host"):
        Targets(resolve=found, loopback=False).check(url)

    for allowed in ("127.0.0.1", "::1", "localhost"):
        assert addresses(Targets([allowed], found, loopback=False), url)


def test_an_allowed_name_does_not_stand_for_loopback() -> None:
    """A name that is allowed and leads to this machine is no way around that."""
    targets = Targets(["receiver"], resolving("127.0.0.1"), loopback=False)
    with pytest.raises(TargetError, match=r"address of 'receiver' .* --webhook-host 127"):
        addresses(targets, "http://receiver/")


@given(st.ip_addresses())
def test_only_loopback_is_reached_unasked(address: object) -> None:
    """Of all addresses, only those of this machine are allowed by default."""
    host = f"[{address}]" if ":" in str(address) else str(address)
    try:
        Targets(resolve=no_look_up).check(f"http://{host}/")
    except TargetError:
        return
    assert str(address).startswith(("127.", "::ffff:127.", "::ffff:7f")) or str(address) == "::1"
