import tomllib

from tests.house import tree

PYPROJECT = (tree.ROOT / "pyproject.toml").read_text()
CONTRACTS = tomllib.loads(PYPROJECT)["tool"]["importlinter"]["contracts"]


def test_every_contract_gives_its_reason() -> None:
    paragraphs = [text.strip() for text in PYPROJECT.split("\n\n") if "[[tool.importlinter.contracts]]" in text]

    assert len(paragraphs) == len(CONTRACTS)
    assert [text for text in paragraphs if not text.startswith("# Reason: ")] == []


def test_every_app_has_its_floor_and_its_door() -> None:
    floors = next(contract for contract in CONTRACTS if contract["id"] == "floors")
    doors = {contract["id"].removeprefix("door-of-") for contract in CONTRACTS}

    assert set(tree.APPS) <= doors
    assert set(tree.APPS) <= {app for layer in floors["layers"] for app in layer.split(" | ")}
