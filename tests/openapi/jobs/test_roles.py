"""Roles of operations: read from ``x-job``, and proposed by rules."""

import copy
from typing import Any

import pytest

import openapi
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.contract.evidence import Evidence
from openapi.errors import SpecError
from openapi.jobs.proposals import propose
from openapi.jobs.roles import Role, read_roles
from openapi.services import names
from openapi.services.loading import add_services, load_service
from tests.openapi.jobs.samples import CREATE, READ, contract


def with_jobs(create: dict[str, Any] | None, read: dict[str, Any] | None) -> Contract:
    """The sample contract with roles."""
    document = contract()
    paths = document["paths"]
    if create is not None:
        paths["/reels/v1/jobs"]["post"]["x-job"] = create
    if read is not None:
        paths["/reels/v1/jobs/{job_id}"]["get"]["x-job"] = read
    return Contract(document)


def test_a_role_is_read_with_its_places() -> None:
    """Places are steps into the body; fields have the names that requests use."""
    roles = read_roles(with_jobs(CREATE, READ))
    create, read = roles["createReel"], roles["getReel"]

    assert (create.role, create.at("id")) == (Role.CREATE, ("data", "job_id"))
    assert create.fields == {"model": "model_name", "prompt": "prompt", "seconds": "duration"}
    assert (read.parameter, read.at("result")) == (
        ("path", "job_id"),
        ("data", "films", "0", "url"),
    )
    assert read.evidence is Evidence.INFERRED


def test_a_read_has_the_words_of_its_create() -> None:
    """Words need to be written once."""
    roles = read_roles(with_jobs(CREATE, READ))

    assert roles["getReel"].words == CREATE["status"]["words"]


WRONG = {
    "an unknown key": ({**CREATE, "colour": "red"}, None, "'colour' was unexpected"),
    "an unknown role": ({**CREATE, "role": "watch"}, None, "watch"),
    "a place that is not there": (
        {**CREATE, "id": "$response.body#/data/jobid"},
        None,
        "id is at /data/jobid, which the response does not have",
    ),
    "a place in a list that is none": (
        CREATE,
        {**READ, "result": {"at": "$response.body#/data/films/first/url"}},
        "result is at /data/films/first/url",
    ),
    "a place within another": (
        CREATE,
        {**READ, "error": {"message": "$response.body#/data"}},
        "id is at /data/job_id, which is a part of error.message",
    ),
    "a place far on in a list": (
        CREATE,
        {**READ, "result": {"at": "$response.body#/data/films/1000000000/url"}},
        "result is at /data/films/1000000000/url, which is too far on in a list",
    ),
    "a create without an id": ({"role": "create"}, None, "a create has no id"),
    "a read without a status": (CREATE, {"role": "read"}, "a read has no status"),
    "no words at all": (
        {"role": "create", "id": "$response.body#/data/job_id"},
        READ,
        "no create has status.words",
    ),
    "a parameter that is not there": (
        CREATE,
        {**READ, "parameter": "$request.query.id"},
        "the request has no query parameter 'id'",
    ),
    "a field that is not there": (
        {**CREATE, "request": {"model": "engine"}},
        None,
        "request.model is the field 'engine', which it does not have",
    ),
    "three words of four": (
        {**CREATE, "status": {**CREATE["status"], "words": {"queued": "new"}}},
        None,
        '"running" is a required property',
    ),
}


@pytest.mark.parametrize(("create", "read", "why"), WRONG.values(), ids=WRONG)
def test_a_wrong_role_is_refused(create: Any, read: Any, why: str) -> None:
    """The error names the operation and what is wrong with its role."""
    with pytest.raises(SpecError) as refused:
        read_roles(with_jobs(create, read))

    assert why in str(refused.value)
    assert "/reels/v1/jobs" in str(refused.value)


def test_rules_propose_what_a_page_shows() -> None:
    """Create and read are found, with places, words of all stages and the unit of times."""
    proposed = propose(with_jobs(None, None))

    assert set(proposed) == {"createReel", "getReel"}
    assert proposed["createReel"] == {
        "role": "create",
        "id": "$response.body#/data/job_id",
        "status": {"at": "$response.body#/data/state", "words": CREATE["status"]["words"]},
        "times": {"created": "$response.body#/data/created_at", "unit": "ms"},
    }
    assert proposed["getReel"]["result"] == {"at": "$response.body#/data/films/0/url"}
    assert proposed["getReel"]["error"] == {"message": "$response.body#/data/fail_reason"}


def test_what_is_proposed_can_be_stated() -> None:
    """A proposal is a role that the contract takes, and then it is proposed no more."""
    proposed = propose(with_jobs(None, None))
    stated = with_jobs(proposed["createReel"], proposed["getReel"])

    assert set(read_roles(stated)) == {"createReel", "getReel"}
    assert propose(stated) == {}


def test_rules_find_the_jobs_of_this_gateway() -> None:
    """Creates and reads of both formats, and neither characters nor webhook endpoints."""
    document = load_contract(openapi.CONTRACT)
    stated = {
        operation["operationId"]: operation.pop("x-job")
        for item in document["paths"].values()
        for operation in item.values()
        if "x-job" in operation
    }
    proposed = propose(Contract(document))

    assert set(stated) == {"createUnifiedVideo", "queryUnifiedVideo"}
    assert {name: role["role"] for name, role in proposed.items()} == {
        "createVideo": "create",
        "createUnifiedVideo": "create",
        "editVideo": "create",
        "extendVideo": "create",
        "retrieveVideo": "read",
        "queryUnifiedVideo": "read",
    }


@pytest.mark.parametrize("name", names())
def test_a_shipped_service_is_complete_and_sourced(name: str) -> None:
    """Each operation has a role, each role a source of its own and evidence that is no guess."""
    service = load_service(name)

    # What a key may spend and has spent is about no job.
    about_jobs = {each.id for each in service.contract.operations if "/dashboard/" not in each.path}

    assert set(service.roles) == about_jobs
    for role in service.roles.values():
        assert role.operation.node["x-job"]["x-source"]
        assert role.evidence in (Evidence.DOCUMENTED, Evidence.VERIFIED)
    assert {Role.CREATE, Role.READ} <= {role.role for role in service.roles.values()}


def test_all_services_fit_into_one_contract() -> None:
    """Neither paths nor schemas clash, with each other or with this gateway's."""
    document = copy.deepcopy(load_contract(openapi.CONTRACT))
    add_services(document, names())

    assert {"/v1/videos", "/v1/video/generations", "/api/v1/videos"} <= set(document["paths"])
    with pytest.raises(SpecError, match="the contract has that path, too"):
        add_services(document, ["new-api"])


def test_an_unknown_service_is_refused() -> None:
    """The error has the names of those that there are."""
    with pytest.raises(SpecError, match=r"the services are new-api, openrouter"):
        load_service("nobody")
