"""``gateway-contract`` without its extra says what to install."""

import sys
import tomllib

import pytest
from packaging.requirements import Requirement

from contract_tests.cli.entry import main
from tests.project.source import ROOT

EXTRA = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
NAMES = [Requirement(text).name for text in EXTRA["contract"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_package_of_the_extra_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever of them is missing, there is one line and no traceback."""
    monkeypatch.delitem(sys.modules, "contract_tests.cli.main", raising=False)

    class Missing:
        @staticmethod
        def find_spec(module: str, *_: object) -> None:
            if module == "contract_tests.cli.main":
                raise ModuleNotFoundError(f"No module named '{name}'", name=f"{name}.part")

    monkeypatch.setattr(sys, "meta_path", [Missing, *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        f"Error: {name}.part is not installed; install the extra: "
        "pip install 'video-gateway-mock[contract]'\n"
    )
