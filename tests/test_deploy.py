"""What is shipped to run Byline somewhere: the image's own steps and its file, the compose file, systemd's unit."""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from ui.listening import listen

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
INSTRUCTIONS = [
    line.split(maxsplit=1)
    for line in re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", DOCKERFILE)).splitlines()
    if line.strip()
]
COPIED = [words.split() for name, words in INSTRUCTIONS if name == "COPY" and "--from" not in words]
SOMEBODY = 10_001
HADOLINT = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
SYSTEMD = shutil.which("systemd-analyze")

# In a mount namespace of its own: the home is empty but for the interpreter, the system and the image are read-only,
# and only the data directory and /tmp can be written.
APART = """
set -eu
hold=/mnt
mount -t tmpfs tmpfs "$hold"
for place in $SEEN; do mkdir -p "$hold$place"; mount --bind "$place" "$hold$place"; done
mount -t tmpfs -o mode=755 tmpfs "$HIDDEN"
for place in $SEEN; do mkdir -p "$place"; mount --bind "$hold$place" "$place"; done
mount --bind "$HOUSE" /srv
cd /srv
as="setpriv --reuid=$SOMEBODY --regid=$SOMEBODY --clear-groups --no-new-privs --inh-caps=-all"
clean="env -i PATH=$PYTHON:/usr/bin:/bin HOME=/srv/home LANG=C.UTF-8 $PIP"
$as $clean /srv/tree/deploy/image.sh libraries /srv/byline
[ -z "$LIBRARIES" ] || echo "$LIBRARIES" > "$(echo /srv/byline/lib/python3*/site-packages)/libraries.pth"
$as $clean /srv/tree/deploy/image.sh byline /srv/byline
mount --bind /srv/data /srv/data
mount -t tmpfs -o mode=1777 tmpfs /tmp
for place in $SEEN; do [ -e "$place" ] || { mkdir -p "$place"; mount --bind "$hold$place" "$place"; }; done
mount -o remount,ro,bind /srv
mount -o remount,ro,bind /
! $as touch /srv/byline/written 2>/dev/null
! touch /srv/byline/written 2>/dev/null
$as $clean /srv/tree/deploy/image.sh try /srv/byline /srv/data "$PORT"
"""


def copied_tree(to: Path) -> None:
    """What the Dockerfile copies into the image, and nothing else."""
    for *sources, target in COPIED:
        for source in sources:
            found = ROOT / source
            place = to / target / (found.name if target.endswith("/") else "")
            if found.is_dir():
                shutil.copytree(found, to / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(found, place)


@pytest.mark.skipif(
    os.geteuid() != 0 or not (shutil.which("setpriv") and shutil.which("unshare")),
    reason="another user and a read-only system need root, setpriv and unshare",
)
@pytest.mark.timeout(1_500)
def test_the_images_steps_make_a_byline_that_serves_as_nobody_on_a_read_only_system(tmp_path):
    house = tmp_path / "house"
    for name in ("home", "data", "byline"):
        (house / name).mkdir(parents=True)
        os.chown(house / name, SOMEBODY, SOMEBODY)
    house.chmod(0o755)
    copied_tree(house / "tree")
    libraries = sysconfig.get_path("purelib")
    if whole := os.environ.get("IMAGE_LIBRARIES") == "install":
        libraries = ""
    else:
        # The locked libraries are here already; only where asked for are they installed again.
        installing = house / "tree" / "deploy" / "image.sh"
        script = installing.read_text()
        hashed = re.search(r'    "\$prefix/bin/pip" install [^\n]*\\\n[^\n]*runtime.txt"\n', script)
        assert hashed
        assert "--require-hashes" in hashed[0]
        installing.write_text(script.replace(hashed[0], ""))
    with listen("127.0.0.1", 48_980) as free:
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "SEEN": " ".join(filter(None, [sys.base_prefix, libraries])),
        "HIDDEN": str(Path("~root").expanduser()),
        "HOUSE": str(house),
        "PYTHON": f"{sys.base_prefix}/bin",
        "LIBRARIES": libraries,
        "SOMEBODY": str(SOMEBODY),
        "PORT": str(port),
        "PIP": " ".join(shlex.quote(f"{name}={value}") for name, value in os.environ.items()
                        if whole and (name.startswith("PIP_") or name.lower().endswith("_proxy"))),
    }  # fmt: skip
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", APART]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1_400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "$10 billion" in done.stdout
    assert f"It served as user {SOMEBODY} and ended when it was told to." in done.stdout
    assert (house / "data" / "catalog.sqlite").stat().st_uid == SOMEBODY


@pytest.mark.skipif(not HADOLINT, reason="hadolint is not installed")
def test_hadolint_finds_nothing_in_the_dockerfile():
    done = subprocess.run([HADOLINT, str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def said(name: str) -> list[str]:
    return [words for instruction, words in INSTRUCTIONS if instruction == name]


def test_the_image_runs_as_nobody_with_one_volume_and_says_whether_it_is_well():
    assert said("USER") == [f"{SOMEBODY}:{SOMEBODY}"]
    assert said("VOLUME") == ["/data"]
    assert said("STOPSIGNAL") == ["SIGTERM"]
    assert said("ENTRYPOINT") == ['["byline"]'], "the process itself gets the signal, not a shell"
    assert "/healthz" in said("HEALTHCHECK")[0]
    assert "curl" not in DOCKERFILE


def test_each_base_of_the_image_is_pinned_and_nothing_is_fetched_unchecked():
    assert all(re.fullmatch(r"python:3\.11\.\d+-slim-bookworm( AS \w+)?", base) for base in said("FROM"))
    assert not said("ADD")
    assert not re.search(r"curl|wget|apt-get|pip install", " ".join(said("RUN")))


def test_no_secret_can_get_into_a_layer():
    assert not said("ARG")
    assert not re.search(r"(?i)key|token|secret|password", " ".join(said("ENV") + said("RUN")))
    assert "." not in [source for *sources, _ in COPIED for source in sources], "only what is named is copied"


def test_the_builder_is_sent_what_is_copied_and_nothing_else():
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    sent = {line[1:] for line in lines if line[0] == "!"}
    assert sent == {source for *sources, _ in COPIED for source in sources}
    for private in (".git", ".venv", "byline.toml", "data/catalog.sqlite", ".env"):
        assert not any(fnmatch.fnmatch(private, f"{one}*") for one in sent)


@pytest.mark.parametrize("name", ["byline", "chroma"])
def test_a_service_of_the_compose_file_can_write_its_volume_and_nothing_else(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["volumes"] == [f"{name}:/data"]


def test_the_chroma_server_is_reached_by_byline_alone():
    byline, chroma = COMPOSE["services"]["byline"], COMPOSE["services"]["chroma"]
    assert "ports" not in chroma
    assert chroma["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert byline["environment"]["BYLINE_CHROMA_URL"] == "http://chroma:8000"
    assert byline["depends_on"]["chroma"]["condition"] == "service_healthy"
    assert all(port.startswith("127.0.0.1:") for port in byline["ports"])


def test_the_compose_file_sets_nothing_that_byline_does_not_know():
    from assistant.settings import Settings  # noqa: PLC0415

    known = {f"BYLINE_{name}".upper() for name in Settings.model_fields}
    assert set(COMPOSE["services"]["byline"]["environment"]) <= known
    assert {word.partition("=")[0] for word in " ".join(said("ENV")).split() if word.startswith("BYLINE")} <= known


@pytest.mark.skipif(not SYSTEMD, reason="systemd is not installed")
def test_systemd_understands_the_unit_and_finds_it_well_confined(tmp_path):
    unit = tmp_path / "byline.service"
    unit.write_text((DEPLOY / "byline.service").read_text().replace("/opt/byline/bin/byline", sys.executable))
    checked = subprocess.run([SYSTEMD, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    judged = [SYSTEMD, "security", "--offline=true", "--threshold=20", "--no-pager", str(unit)]
    confined = subprocess.run(judged, capture_output=True, text=True, check=False)
    assert confined.returncode == 0, confined.stdout.splitlines()[-1]


def test_every_way_of_stopping_leaves_time_for_the_answers_in_flight():
    from ui.serving import FINISHING, HANGING_UP  # noqa: PLC0415

    needed = FINISHING + HANGING_UP + 5  # the sources that are followed, which are waited for as well
    unit = (DEPLOY / "byline.service").read_text()
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > needed
    assert int(COMPOSE["services"]["byline"]["stop_grace_period"].rstrip("s")) > needed
