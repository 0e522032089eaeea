"""All handlers by operation id; the server does not start unless this matches the contract."""

from mock_server.desk import Desk
from mock_server.exchange import Handler
from mock_server.handlers.characters import CharacterHandlers
from mock_server.handlers.create import CreateHandlers
from mock_server.handlers.derive import DeriveHandlers
from mock_server.handlers.models import ModelHandlers
from mock_server.handlers.read import ReadHandlers
from mock_server.media import MediaLibrary


def handlers(desk: Desk, media: MediaLibrary) -> dict[str, Handler]:
    """Every handler of the server."""
    return {
        **CreateHandlers(desk).operations(),
        **ReadHandlers(desk, media).operations(),
        **DeriveHandlers(desk).operations(),
        **CharacterHandlers(desk).operations(),
        **ModelHandlers(desk.catalogue).operations(),
    }
