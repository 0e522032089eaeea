"""What people would pick instead of the fake, one module each: how it is started, and with what."""

from collections.abc import Mapping

from benchmarks.peers.fake import FAKE, FAKE_ON_REDIS, FAKE_ON_SQLITE
from benchmarks.peers.mocks import AIMOCK, MOCKOON, PRISM, SPECMATIC, WIREMOCK
from benchmarks.peers.peer import Peer

OTHERS = (PRISM, MOCKOON, WIREMOCK, SPECMATIC, AIMOCK)
EVERYBODY: Mapping[str, Peer] = {
    peer.name: peer for peer in (FAKE, FAKE_ON_SQLITE, FAKE_ON_REDIS, *OTHERS)
}
