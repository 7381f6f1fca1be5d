import os
from pathlib import Path

import pytest

from autoclone.engine.folder_read import Found, read_folder

MAX_BYTES = 1000


def read(directory: Path) -> dict[str, Found]:
    return read_folder(directory, {}, MAX_BYTES)


def test_only_visible_json_files_count(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", ".hidden.json", "a.json.tmp", "a.json~", "a.txt", "#a.json#"):
        (tmp_path / name).write_text('{"name": "x"}')
    (tmp_path / "folder.json").mkdir()
    assert list(read(tmp_path)) == ["a.json", "b.json"]


def test_a_document_is_parsed_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"name": "orders", "nodes": []}')
    (tmp_path / "b.json").write_text('{"name": "not a name"}')
    found = read(tmp_path)
    assert found["a.json"].document == {"name": "orders", "nodes": []}
    assert [one.name for one in found.values()] == ["orders", None]


@pytest.mark.parametrize("text", ["", '{"name": "or', '{"name": "a", "name": "b"}', "[]", " " * 2000])
def test_what_is_not_a_document_says_why(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    found = read(tmp_path)["a.json"]
    assert found.document is None
    assert found.error
    assert found.digest


def test_a_link_is_followed_and_a_dangling_one_is_in_error(tmp_path: Path) -> None:
    (tmp_path / "real").write_text('{"name": "x"}')
    (tmp_path / "a.json").symlink_to("real")
    (tmp_path / "b.json").symlink_to("nowhere")
    found = read(tmp_path)
    assert found["a.json"].name == "x"
    assert found["b.json"].error == "is a link to a file that is not there; mend the link"


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    assert read(tmp_path)["a.json"].error == "is not a regular file; put a JSON file in its place"


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text("{}")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    error = read(tmp_path)["a.json"].error
    assert error == "cannot be read: permission denied; let the server's user read it"


def test_a_name_that_is_no_text_is_in_error(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")).write_text("{}")
    except OSError:
        pytest.skip("this file system takes no such name")
    assert read(tmp_path) == {"?.json": Found("", error="the name of this file is not UTF-8; rename it")}


def test_known_content_is_not_parsed_again(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"name": "x"}')
    first = read(tmp_path)
    assert read_folder(tmp_path, first, MAX_BYTES)["a.json"] is first["a.json"]
    (tmp_path / "a.json").write_text('{"name": "y"}')
    assert read_folder(tmp_path, first, MAX_BYTES)["a.json"].name == "y"


def test_a_directory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nowhere")
