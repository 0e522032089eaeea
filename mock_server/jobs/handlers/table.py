"""All handlers by operation id; the server does not start unless this matches the contract."""

from mock_server.http.exchange import Handler
from mock_server.jobs.handlers.characters import CharacterHandlers
from mock_server.jobs.handlers.create import CreateHandlers
from mock_server.jobs.handlers.derive import DeriveHandlers
from mock_server.jobs.handlers.models import Contracts, ModelHandlers
from mock_server.jobs.handlers.read import ReadHandlers
from mock_server.jobs.service import Desk
from mock_server.media import MediaLibrary
from mock_server.scenarios.selection import Chooser
from mock_server.webhooks.endpoint_service import WebhookDesk
from mock_server.webhooks.handlers import WebhookHandlers


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
