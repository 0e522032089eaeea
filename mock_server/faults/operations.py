"""The operations that faults can be limited to; a test compares them with the contract."""

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
