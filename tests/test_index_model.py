"""The recipe of the embedding model; index/model/README.md says how to install what it needs."""

import math
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.embedding import MiniLM, open_tokenizer

NOT_INSTALLED = "what the recipe of the embedding model needs is not installed: see index/model/README.md"
onnx = pytest.importorskip("onnx", reason=NOT_INSTALLED)
pytest.importorskip("safetensors", reason=NOT_INSTALLED)

# They need the packages above.
from index.model.build import read_maxima  # noqa: E402
from index.model.calibrate import maxima  # noqa: E402
from index.model.source import PACKAGE, Source, read_source  # noqa: E402

ROOT = Path(__file__).parents[1]

pytestmark = [pytest.mark.recipe, pytest.mark.skipif(find_spec(PACKAGE) is None, reason=NOT_INSTALLED)]

PASSAGES = [
    "The carmaker opened its second plant on Tuesday. It will employ 3,000 people once both lines are running.",
    "Frost came early to the valley, and the growers lost a third of the harvest.",
    "Who founded the orchestra?",
    "In 1912 the harbour was dredged to nine metres so that ocean liners could call. Traffic doubled in four years, and"
    " the town built a new customs house, a rail link and two grain elevators. None of them survived the war.",
    "",
    "$4.2 billion — up 17 % on the year before",
]


def build(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "index.model.build", *arguments], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def source() -> Source:
    return read_source()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    """The model in float32."""
    folder = tmp_path_factory.mktemp("plain")
    build("--plain", str(folder))
    return MiniLM(folder)


def test_the_build_gives_the_shipped_bytes(tmp_path: Path) -> None:
    build("--out", str(tmp_path))
    for name in ("model.onnx", "tokenizer.json", "SHA256SUMS"):
        assert (tmp_path / name).read_bytes() == (ROOT / "index" / "model" / name).read_bytes(), name


def test_float32_is_what_the_formulas_give(plain: MiniLM, source: Source) -> None:
    tokenizer = open_tokenizer(source.tokenizer)
    tensors = {name: tensor.astype(np.float64) for name, tensor in source.tensors.items()}
    for passage, vector in zip(PASSAGES, plain.embed(PASSAGES), strict=True):
        assert by_formula(tensors, tokenizer.encode(passage).ids) == pytest.approx(vector, abs=1e-6)


def test_int8_stays_near_float32(plain: MiniLM) -> None:
    passages = [passage for passage in PASSAGES if passage]
    cosines = (MiniLM().embed(passages) * plain.embed(passages)).sum(axis=1)
    assert cosines.min() > 0.995
    assert cosines.mean() > 0.997


def test_no_processor_can_saturate() -> None:
    model = onnx.load(ROOT / "index" / "model" / "model.onnx")
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    products = [node for node in model.graph.node if node.op_type in {"DynamicQuantizeMatMul", "QAttention"}]
    assert len(products) == 24
    for node in products:
        weight = onnx.numpy_helper.to_array(stored[node.input[1]]).astype(int)
        pairs = weight.reshape(-1, 2, weight.shape[1])
        for sign in (1, -1):
            assert 255 * np.maximum(sign * pairs, 0).sum(axis=1).max() <= 32_767, node.input[1]


def test_maxima_cover_every_channel_and_grow_with_the_texts_that_the_model_can_read(source: Source) -> None:
    too_long = "frost " * 300
    few, more = maxima(source, PASSAGES[:1]), maxima(source, [*PASSAGES[:2], too_long])
    assert {name: values.shape for name, values in few.items()} == {n: v.shape for n, v in read_maxima().items()}
    assert all((more[name] >= few[name]).all() for name in few)
    assert any((more[name] > few[name]).any() for name in few)


def by_formula(tensors: dict[str, NDArray[np.float64]], ids: list[int]) -> NDArray[np.float64]:
    """The encoder once more, in float64 and as plainly as it can be said."""
    erf = np.vectorize(math.erf)

    def linear(value: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        product: NDArray[np.float64] = value @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
        return product

    def normalised(value: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        centred = value - value.mean(axis=1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
        scaled: NDArray[np.float64] = centred / deviation * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]
        return scaled

    embeddings = {kind: tensors[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")}
    hidden = embeddings["word"][ids] + embeddings["position"][: len(ids)] + embeddings["token_type"][0]
    hidden = normalised(hidden, "embeddings.LayerNorm")
    for layer in range(6):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            linear(hidden, f"{name}.attention.self.{part}").reshape(len(ids), 12, 32).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        attention = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(32))
        attention /= attention.sum(axis=2, keepdims=True)
        context = (attention @ value).transpose(1, 0, 2).reshape(len(ids), 384)
        attended = hidden + linear(context, f"{name}.attention.output.dense")
        hidden = normalised(attended, f"{name}.attention.output.LayerNorm")
        wide = linear(hidden, f"{name}.intermediate.dense")
        wide = wide * (1 + erf(wide / math.sqrt(2))) / 2
        hidden = normalised(hidden + linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = hidden.mean(axis=0)
    vector: NDArray[np.float64] = mean / np.linalg.norm(mean)
    return vector
