import importlib.util
import json
import re
import tomllib
from datetime import UTC
from pathlib import Path
from types import ModuleType

import pytest

from autoclone.config.dag import resolve
from autoclone.config.document import read_document
from autoclone.config.models import DagDocument
from autoclone.config.section import AutoCloneSection
from autoclone.config.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_config", ROOT / "scripts" / "docs_config.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(script: ModuleType) -> None:
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == script.page()


def test_check_fails_on_a_stale_page(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "TARGET", tmp_path / "configuration.md")
    assert script.main(["--check"]) == 1
    assert "run `python scripts/docs_config.py`" in capsys.readouterr().err
    assert script.main([]) == 0
    assert script.main(["--check"]) == 0


def test_every_key_is_described_with_an_example(script: ModuleType) -> None:
    page = script.page()
    for model in (DagDocument, AutoCloneSection, Settings):
        for key, info in model.model_fields.items():
            assert f"| `{key}` |" in page
            assert info.description
            assert info.examples


def test_the_examples_on_the_page_work(script: ModuleType, tmp_path: Path) -> None:
    page = script.page()
    for document in re.findall(r"```json\n(.*?)```", page, re.DOTALL):
        assert resolve(read_document(document.encode()), zone=UTC).plan.disabled is None
    (settings,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "autoclone.toml").write_text(settings)
    assert load_settings(tmp_path / "autoclone.toml").port == tomllib.loads(settings)["port"]


def test_the_examples_of_the_keys_work() -> None:
    examples = {key: info.examples[0] for key, info in AutoCloneSection.model_fields.items()}
    whole = ("ramp_up_time", "ramp_down_time", "duration", "ramp_count", "windows")
    further = {key: value for key, value in examples.items() if key not in whole}
    for closing in ("ramp_down_time", "duration"):
        keys = ("ramp_up_time", closing, "ramp_count")
        _works({**further, **{key: examples[key] for key in keys}})
    _works({**further, "windows": examples["windows"]})
    assert (
        load_settings(**{key: info.examples[0] for key, info in Settings.model_fields.items()}).port == 8080
    )


def _works(section: dict[str, object]) -> None:
    document = {key: info.examples[0] for key, info in DagDocument.model_fields.items()}
    assert resolve(json.loads(json.dumps({**document, "autoclone": section})), zone=UTC).plan.disabled is None
