"""The handlers of a server's contract."""

from collections.abc import Mapping

from mock_server.composition.documents import Documents
from mock_server.http.exchange import Handler
from mock_server.http.modes.documented import handlers_for
from mock_server.jobs.actions import JobActions
from mock_server.jobs.described.handlers import DescribedJobs
from mock_server.jobs.handlers import handlers
from mock_server.jobs.handlers.read import ReadHandlers
from mock_server.media import MediaLibrary
from mock_server.webhooks import WebhookService
from openapi import CONTRACT
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract

_UNIFIED = frozenset({"createUnifiedVideo", "queryUnifiedVideo"})


def every_handler(
    documents: Documents,
    described: DescribedJobs,
    actions: JobActions,
    media: MediaLibrary,
    *,
    webhooks: WebhookService,
) -> Mapping[str, Handler]:
    """The handlers of all operations of the contract."""
    contracts = documents.dialect_contracts
    unified = described
    if not _UNIFIED.issubset(described.replies):
        # Another contract may have this gateway's operations without saying what they are.
        unified = DescribedJobs(Contract(load_contract(CONTRACT)))
    reading = ReadHandlers(actions.jobs, media, unified.replies["queryUnifiedVideo"])
    own = handlers(
        *(actions.jobs, reading, actions.scenarios, webhooks),
        contracts=lambda dialect: contracts.of(dialect).contract.document,
    )
    own |= unified.handlers(actions, reading)
    if not documents.partial:
        return own
    # Only other contracts than this gateway's have a bill.
    from mock_server.jobs.described.balance import BalanceHandlers

    own |= described.handlers(actions, reading)
    own |= BalanceHandlers(actions.jobs.store.bill).operations()
    return handlers_for(contracts, own, described.contract)
