"""Holds catalogue and contract to each other: which request covers which model."""

import copy
from pathlib import Path
from typing import Any

import pytest

import openapi
from openapi import coverage
from openapi.building.check import check_contract
from openapi.catalogue.models import Catalogue, load_catalogue
from openapi.contract.requests import FORM, JSON
from openapi.contract.schemas import FILE, SchemaCompiler
from openapi.errors import SpecError
from tests.openapi.samples import write

Contract = dict[str, Any]
NEW = """
  star-1.5/x:
    family: star
    status: available
    like: [sora-image]
    sizes: [small, 16x9]
    seconds: [3, 6]
    default_size: small
    default_seconds: 3
    price: {per: job, usd: 0.3, source: a list, standing: inferred}
    timing: {queued_s: 1, per_second_s: 2, source: a guess, standing: inferred}
"""


def catalogue(folder: Path, *changes: tuple[str, str], more: str = "") -> Catalogue:
    """Our catalogue with some texts changed and rows added."""
    rows = openapi.MODELS.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in rows
        rows = rows.replace(old, new, 1)
    return load_catalogue(write(folder / "models.yaml", rows + more))


def extended(contract: Contract, rows: Catalogue) -> Contract:
    """A copy of a contract with a catalogue's models."""
    found = copy.deepcopy(contract)
    coverage.extend(found, rows)
    return found


def takes(contract: Contract, media_type: str, **fields: Any) -> bool:
    """Whether the create operation takes a body."""
    content = contract["paths"]["/v1/videos"]["post"]["requestBody"]["content"]
    validator = SchemaCompiler(contract).compile(content[media_type]["schema"])
    return validator.is_valid({"model": "star-1.5/x", "prompt": "A cat", **fields})


@pytest.mark.parametrize("media_type", [FORM, JSON])
def test_a_row_like_a_page_adds_a_request_of_its_own(
    contract: Contract, tmp_path: Path, media_type: str
) -> None:
    """The new model takes its own sizes and lengths and not those of the page it is like."""
    with_star = extended(contract, catalogue(tmp_path, more=NEW))

    assert not takes(contract, media_type)
    assert takes(with_star, media_type)
    assert takes(with_star, media_type, seconds="6", size="16x9", style="anime")
    assert not takes(with_star, media_type, seconds="4")
    assert not takes(with_star, media_type, size="720x1280")
    assert not takes(with_star, media_type, style="grim")


def test_a_row_like_a_page_changes_nothing_else(contract: Contract, tmp_path: Path) -> None:
    """Take the new schemas and the references to them away, and the old contract is left."""
    rows = catalogue(tmp_path, more=NEW)
    changed = extended(contract, rows)
    added = set(changed["components"]["schemas"]) - set(contract["components"]["schemas"])
    for name in added:
        del changed["components"]["schemas"][name]
    content = changed["paths"]["/v1/videos"]["post"]["requestBody"]["content"]
    for media in content.values():
        media["schema"]["anyOf"] = [
            choice
            for choice in media["schema"]["anyOf"]
            if choice["$ref"].rpartition("/")[2] not in added
        ]

    assert added == {"SoraImageForm_star-1.5-x", "SoraImageJson_star-1.5-x"}
    assert changed == contract


def test_a_request_of_its_own_cites_its_row(contract: Contract, tmp_path: Path) -> None:
    """Variant, model, sizes and lengths name file and line of the row, and are inferred."""
    rows = catalogue(tmp_path, more=NEW)
    schema = extended(contract, rows)["components"]["schemas"]["SoraImageForm_star-1.5-x"]
    line = rows.models["star-1.5/x"].line
    cited = f"model catalogue, star-1.5/x at models.yaml:{line} (inferred)"

    assert schema["x-variant"] == "sora-image:star-1.5/x"
    assert schema["x-standing"] == "inferred"
    assert schema["x-source"] == cited
    assert set(schema["properties"]["seconds"]["x-enum-sources"].values()) == {cited}
    assert schema["properties"]["style"]["x-source"].startswith("sora-image:")


def test_a_contract_with_such_a_row_is_still_a_contract(
    contract: Contract, pages: Any, tmp_path: Path
) -> None:
    """The addition keeps every rule, and the row agrees with what it adds."""
    rows = catalogue(tmp_path, more=NEW)
    changed = extended(contract, rows)
    coverage.check(changed, rows)
    check_contract(changed, pages)


def test_a_contract_is_extended_once(contract: Contract, tmp_path: Path) -> None:
    """A server that extends a built contract with the same rows changes nothing."""
    rows = catalogue(tmp_path, more=NEW)
    once = extended(contract, rows)

    assert extended(once, rows) == once


def test_two_models_whose_names_look_alike_are_refused(contract: Contract, tmp_path: Path) -> None:
    """Signs that no reference may have become dashes, which must not make two names one."""
    rows = catalogue(tmp_path, more=NEW + NEW.replace("1.5/x", "1.5+x"))
    with pytest.raises(SpecError, match=r"star-1\.5-x"):
        extended(contract, rows)


def test_a_row_adds_its_model_to_the_pages_it_names(contract: Contract, tmp_path: Path) -> None:
    """A page that shows one model in an example and lists none may cover more."""
    changes = (("pages: [unified-create]", "pages: [unified-create, sora-image-zh]"),)
    schemas = extended(contract, catalogue(tmp_path, *changes))["components"]["schemas"]
    fields = [
        schemas[f"SoraImageZhForm{name}"]["properties"]["model"] for name in ("", "_sora-2-all")
    ]

    assert [field["enum"] for field in fields] == [["sora-2"], ["sora-2-all"]]
    assert fields[1]["x-enum-sources"]["sora-2-all"].startswith("model catalogue, sora-2-all at ")


# What is changed in our catalogue; the model with the reported row; a word of the reason.
GAPS = {
    "a page that is not there": ("[sora-image]", "[sora-imgae]", "sora-2-pro", "page 'sora-imgae'"),
    "a length too few": ("[4, 8, 10, 12, 15]", "[4, 8, 12, 15]", "sora-2", "lacks the seconds 10"),
    "a length too many": (
        "[4, 8, 12, 15, 25]",
        "[4, 8, 12, 15, 25, 30]",
        "sora-2-pro",
        "has the seconds 30",
    ),
    "a size too few": ("16x9, 9x16, small", "9x16, small", "sora-2", "lacks the sizes 16x9"),
    "a size too many": (
        "[small, large]",
        "[small, large, 16x9]",
        "sora-2-all",
        "has the sizes 16x9",
    ),
}


@pytest.mark.parametrize("gap", GAPS)
def test_rows_and_requests_must_agree(contract: Contract, tmp_path: Path, gap: str) -> None:
    """A row that says something else than the pages is reported with its line."""
    old, new, model, why = GAPS[gap]
    rows = catalogue(tmp_path, (old, new))
    with pytest.raises(SpecError) as caught:
        coverage.check(contract, rows)

    assert (caught.value.where, caught.value.line) == (str(rows.path), rows.models[model].line)
    assert why in caught.value.why


def test_a_model_for_sale_needs_a_request(contract: Contract, tmp_path: Path) -> None:
    """A row that no page and no overlay schema covers could never be ordered."""
    rows = catalogue(tmp_path, more=NEW.replace("like: [sora-image]", "pages: []"))
    with pytest.raises(SpecError, match="no request of the contract takes it"):
        coverage.check(contract, rows)


def test_a_covered_model_without_a_row_gets_one(contract: Contract, tmp_path: Path) -> None:
    """Its sizes and lengths are those of its pages, its price is unknown, its timing inferred."""
    rows = catalogue(
        tmp_path, ("  veo_3_1:\n", "  veo_3_2:\n"), ("pages: [veo-image]", "pages: []")
    )

    assert coverage.missing_models(contract, rows) == ["veo_3_1"]
    row = coverage.completed(contract, rows).models["veo_3_1"]

    assert set(row.sizes) == coverage.documented_values(contract, "veo_3_1", coverage.SIZE_FIELDS)
    assert row.default_size in row.sizes
    assert row.default_seconds in row.seconds
    assert (row.price.usd, row.price.standing) == (None, "inferred")


def test_a_row_gets_what_a_page_documents_besides(contract: Contract, tmp_path: Path) -> None:
    """A length that the row lacks and a page lists can be ordered; the row's own stay first."""
    old, new, *_ = GAPS["a length too few"]
    rows = catalogue(tmp_path, (old, new))
    model = GAPS["a length too few"][2]

    found = coverage.completed(contract, rows).models[model]

    assert found.seconds[: len(rows.models[model].seconds)] == rows.models[model].seconds
    assert len(found.seconds) > len(rows.models[model].seconds)


def test_our_rows_agree_with_the_contract(contract: Contract) -> None:
    """Each row has exactly the sizes and lengths that the requests covering it document."""
    for row in load_catalogue(openapi.MODELS).models.values():
        lengths = coverage.documented_values(contract, row.name, coverage.LENGTH_FIELDS)
        sizes = coverage.documented_values(contract, row.name, coverage.SIZE_FIELDS)

        assert lengths in (set(map(str, row.seconds)), set())
        assert sizes == set(row.sizes)


def test_a_page_without_a_model_field_covers_no_model(tmp_path: Path) -> None:
    """Nothing can be added where nothing says the model."""
    schema = {"x-variant": "sora-image", "properties": {"prompt": {}}}
    bare: Contract = {"paths": {}, "components": {"schemas": {"A": schema}}}

    assert extended(bare, catalogue(tmp_path, more=NEW)) == bare


def test_a_file_may_be_sent_with_a_model_of_its_own(contract: Contract, tmp_path: Path) -> None:
    """Fields other than model, size and length stay those of the page."""
    with_star = extended(contract, catalogue(tmp_path, more=NEW))

    assert takes(with_star, FORM, input_reference=FILE)
    assert not takes(with_star, FORM, input_reference="a.png")
