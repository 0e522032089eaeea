"""The handlers of all operations. Each class lists the operations that it implements."""

from mock_server.http.exchange import Handler
from mock_server.jobs.handlers.characters import CharacterHandlers
from mock_server.jobs.handlers.create import CreateHandlers, DeriveHandlers
from mock_server.jobs.handlers.read import Contracts, ModelHandlers, ReadHandlers
from mock_server.jobs.service import JobService
from mock_server.scenarios.selection import ScenarioSelector
from mock_server.webhooks import WebhookService
from mock_server.webhooks.handlers import WebhookHandlers


def handlers(
    jobs: JobService,
    reading: ReadHandlers,
    scenarios: ScenarioSelector,
    webhooks: WebhookService,
    *,
    contracts: Contracts,
) -> dict[str, Handler]:
    """Every handler of the OpenAI format; ``contracts`` has what each dialect documents."""
    return {
        **CreateHandlers(jobs, scenarios).operations(),
        **reading.operations(),
        **DeriveHandlers(jobs, scenarios).operations(),
        **CharacterHandlers(jobs).operations(),
        **ModelHandlers(jobs.catalogue, contracts).operations(),
        **WebhookHandlers(webhooks).operations(),
    }
