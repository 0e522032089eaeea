"""The contradictions that people found in the documented pages before there were rules.

Each with the rows of the report for it: rule, page of the first claim, field.
"""

KNOWN: dict[str, tuple[str, ...]] = {
    "1: the page is no YAML, for two descriptions hold an unquoted colon": (
        "yaml-repaired sora-image model",
        "yaml-repaired sora-image seconds",
    ),
    "2: the response schema is empty and its example has eight fields": (
        "response-schema-empty sora-image response",
    ),
    "3: three lengths are listed, and the answer has a fourth instead of the one asked for": (
        "response-example-outside-list sora-image seconds",
        "example-not-echoed sora-image seconds",
    ),
    "4: a flat video answers the request for an upright one": (
        "example-not-echoed sora-image size",
    ),
    "5: the image of the title is optional, lists stand in prose, sizes are not tied to models": (
        "title-names-optional sora-image input_reference",
        "values-only-in-prose sora-image model",
        "values-only-in-prose sora-image size",
        "sizes-not-tied-to-models sora-image allowed",
    ),
    "6: two flags are text and for models that are not listed, the looks stand in prose": (
        "boolean-as-string sora-image watermark",
        "boolean-as-string sora-image private",
        "reserved-for-other-models sora-image watermark",
        "reserved-for-other-models sora-image private",
        "reserved-for-other-models sora-image style",
        "values-only-in-prose sora-image style",
    ),
    "7: the required size lists two sizes in pixels and shows a ratio, twice": (
        "request-example-outside-list veo-image size",
        "response-example-outside-list veo-image size",
    ),
    "8: the reference image is mistranslated, and its example lost a letter": (
        "mistranslated-field veo-image description",
        "malformed-url veo-image input_reference",
    ),
    "9: another family has the same title, and tag and folder end in a blank": (
        "same-title sora-image summary",
        "trailing-blank veo-image tags",
        "trailing-blank veo-image x-apifox-folder",
    ),
    "10: the length is required without values, the watermark goes undescribed": (
        "values-not-listed veo-image seconds",
        "undescribed-field veo-image watermark",
    ),
    "11: the one length listed is not the one shown": (
        "request-example-outside-list unified-create duration",
    ),
    "12: the one size listed is not the one shown": (
        "request-example-outside-list unified-create size",
    ),
    "13: the watermark is text with a boolean for an example, and both words remove it": (
        "example-type-differs unified-create watermark",
        "inverted-meaning unified-create description",
    ),
    "14: the watermark is required and has a default": (
        "required-with-default unified-create watermark",
    ),
    "15: the title names one model and the example another": (
        "title-model-differs unified-create model",
    ),
    "16: the two orientations stand in prose only": (
        "values-only-in-prose unified-create orientation",
    ),
    "17: three headers are parameters, and the key is optional under a required security": (
        "ignored-header-parameter unified-create Content-Type",
        "ignored-header-parameter unified-create Accept",
        "ignored-header-parameter unified-create Authorization",
        "optional-authorization unified-create Authorization",
    ),
    "18: the response has no example, no status words and a time without unit": (
        "response-without-example unified-create response",
        "no-status-words unified-create status",
        "time-without-unit unified-create status_update_time",
    ),
    "19: two letters of true changed places": ("misspelt-value sora-character watermark",),
    "20: the answer names a model that no page lists": (
        "response-value-in-no-list sora-character model",
        "example-not-echoed sora-character model",
    ),
    "21: a flat video answers the request for an upright one": (
        "example-not-echoed sora-character size",
    ),
    "22: the length has no range, one field of nine is described, the character is optional": (
        "values-not-listed sora-character seconds",
        "undescribed-field sora-character character_timestamps",
        "coupling-unstated sora-character character_url",
        "unstated-limit sora-character character_timestamps",
        "title-names-optional sora-character character_url",
    ),
    "23: a size in pixels answers a ratio, and the response schema is empty": (
        "example-not-echoed sora-image-zh size",
        "response-schema-empty sora-image-zh response",
    ),
    "24: six fields are required here and two elsewhere": (
        "required-lists-differ sora-character required",
    ),
    "25: four pages have lists of two, five, two and six required fields for one operation": (
        "required-lists-differ sora-character required",
    ),
    "26: two hosts show the same job": ("copied-example sora-image-zh response",),
    "27: sizes are pixels, ratios or words": ("vocabularies-differ-in-form sora-character size",),
    "28: length and image have two names and two types each": (
        "same-quantity-differently sora-character duration",
        "same-quantity-differently sora-character image",
    ),
    "29: first status, form of the id and unit of time differ between the formats": (
        "first-status-differs unified-create status",
        "id-family-differs unified-create id",
        "time-unit-differs unified-create status_update_time",
    ),
    "30: some pages know private and one knows style": (
        "field-only-on-some-pages sora-character private",
        "field-only-on-some-pages sora-image style",
    ),
    "31: nothing but success is documented, and no job can be read": (
        "only-success-documented sora-image responses",
        "only-success-documented unified-create responses",
        "job-not-readable sora-character id",
        "job-not-readable unified-create id",
    ),
    "32: documents have no title, operations no id, and tags repeat folders": (
        "empty-title veo-image info.title",
        "no-operation-id veo-image operationId",
        "tag-repeats-folder veo-image tags",
    ),
}
