"""All handlers by operation id; the server does not start unless this matches the contract."""

from mock_server.desk import Desk
from mock_server.exchange import Handler
from mock_server.handlers.characters import CharacterHandlers
from mock_server.handlers.create import CreateHandlers
from mock_server.handlers.derive import DeriveHandlers
from mock_server.handlers.models import Contracts, ModelHandlers
from mock_server.handlers.read import ReadHandlers
from mock_server.handlers.webhooks import WebhookHandlers
from mock_server.media import MediaLibrary
from mock_server.scenarios.choosing import Chooser
from mock_server.webhook_desk import WebhookDesk


def handlers(
    desk: Desk,
    media: MediaLibrary,
    scenarios: Chooser,
    webhooks: WebhookDesk,
    *,
    contracts: Contracts,
) -> dict[str, Handler]:
    """Every handler of the server; ``contracts`` has what each dialect documents."""
    return {
        **CreateHandlers(desk, scenarios).operations(),
        **ReadHandlers(desk, media).operations(),
        **DeriveHandlers(desk, scenarios).operations(),
        **CharacterHandlers(desk).operations(),
        **ModelHandlers(desk.catalogue, contracts).operations(),
        **WebhookHandlers(webhooks).operations(),
    }
