"""The operations that faults tell apart, by their ids in the contract; a test holds them to it."""

CREATES = ("createVideo", "createUnifiedVideo", "remixVideo", "editVideo", "extendVideo")
READS = ("retrieveVideo", "queryUnifiedVideo", "listVideos", "downloadVideoContent")
LIST_MODELS = "listModels"
OPERATIONS = (
    *CREATES,
    *READS,
    "deleteVideo",
    "createVideoCharacter",
    "getVideoCharacter",
    "createSoraCharacter",
    LIST_MODELS,
    "listWebhookEndpoints",
    "createWebhookEndpoint",
    "retrieveWebhookEndpoint",
    "updateWebhookEndpoint",
    "deleteWebhookEndpoint",
    "testWebhookEndpoint",
    "rotateWebhookSecret",
    "listWebhookEventTypes",
)
