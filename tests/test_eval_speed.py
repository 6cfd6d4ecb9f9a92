import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app, main
from eval.speed.figures import Amount, alternated, timed, to_json

SAMPLES = Path(__file__).parents[1] / "index" / "samples"
QUESTIONS = Path(__file__).parents[1] / "eval" / "sets" / "samples.jsonl"


def sleeping(seconds: float):
    def work() -> float:
        time.sleep(seconds)
        return 10

    return work


def test_a_ratio_says_how_much_faster_ours_is_by_the_median_of_alternated_rounds():
    turns = []

    def noted(name: str, work):
        def run() -> float:
            turns.append(name)
            return work()

        return run

    ratio = alternated(
        "naps", "naps", ours=noted("ours", sleeping(0.02)), theirs=noted("theirs", sleeping(0.1)), rounds=3
    )
    assert turns == ["ours", "theirs"] * 3
    assert 2 < ratio.ratio < 6
    assert ratio.least <= ratio.ratio <= ratio.most
    assert ratio.theirs == pytest.approx(100, rel=0.3)
    assert ratio.ours > ratio.theirs


def test_latencies_are_in_milliseconds_and_their_percentiles_in_order():
    latency = timed("naps", [lambda seconds=seconds: time.sleep(seconds) for seconds in (0.01,) * 19 + (0.1,)])
    assert 9 < latency.p50 < 60
    assert latency.p50 <= latency.p95 <= latency.p99
    assert latency.p99 > 50
    assert latency.times == 20


def test_figures_are_json_and_rows_of_a_table():
    amount = Amount("memory", 512.3, "MB", "of the server")
    assert to_json(amount) == {
        "kind": "amount",
        "what": "memory",
        "value": 512.3,
        "unit": "MB",
        "note": "of the server",
    }
    assert amount.row() == ("memory", "512 MB", "of the server")


def options(plain: Path, out: Path) -> list[str]:
    return [
        *("--articles", str(SAMPLES), "--questions", str(QUESTIONS), "--plain", str(plain), "--out", str(out)),
        *("--limit", "30", "--rounds", "1"),
    ]


def test_an_unknown_part_is_wrong_usage(tmp_path: Path):
    told = CliRunner().invoke(app, ["speed", "juggling", *options(tmp_path, tmp_path)])
    assert told.exit_code == 2
    assert "juggling" in told.output


def test_without_the_float32_model_one_line_says_how_to_make_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["speed", "index", *options(tmp_path, tmp_path / "out")])
    assert ended.value.code == 1
    assert "--plain" in capsys.readouterr().err


@pytest.mark.recipe
def test_every_part_is_measured_and_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    pytest.importorskip("onnx", reason="the float32 model is built by a recipe")
    pytest.importorskip("all_minilm_l6_v2", reason="the float32 model is built from the released weights")
    from index.model.build import write_plain  # noqa: PLC0415

    write_plain(tmp_path / "plain")
    main_ended = CliRunner().invoke(app, ["speed", *options(tmp_path / "plain", tmp_path / "out")])
    assert main_ended.exit_code == 0, main_ended.output
    written = json.loads((tmp_path / "out" / "speed.json").read_text())
    assert {figure["part"] for figure in written["figures"]} == {"index", "embedding", "retrieval", "answering"}
    agreement = next(figure for figure in written["figures"] if "agreement" in figure["what"])
    assert agreement["value"] > 0.9
    page = (tmp_path / "out" / "speed.html").read_text()
    assert "the tutorial" in page
    assert "http" not in page
