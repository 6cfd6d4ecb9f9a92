#!/bin/sh
# The steps that make the image, one after the other; the Dockerfile and the tests run these same ones.
#
#   image.sh libraries PREFIX      a virtual environment with the locked libraries, each checked by its hash
#   image.sh byline PREFIX         Byline into it, built from this tree
#   image.sh try PREFIX DATA PORT  what came of it adds the sample articles, answers, serves, and ends when it is told to
set -eu
tree=$(cd "$(dirname "$0")/.." && pwd)
prefix=$2

libraries() {
    python3 -m venv "$prefix"
    "$prefix/bin/pip" install --disable-pip-version-check --no-cache-dir --quiet --require-hashes \
        --requirement "$tree/locks/runtime.txt"
}

byline() {
    wheels=$(mktemp -d)
    "$prefix/bin/pip" wheel --disable-pip-version-check --quiet --no-deps --no-build-isolation --wheel-dir "$wheels" "$tree"
    "$prefix/bin/pip" install --disable-pip-version-check --quiet --no-deps --no-index --ignore-installed \
        "$wheels"/byline-*.whl
    rm -r "$wheels"
    # The image is read-only later, so what Python would write beside the modules is written now.
    "$prefix/bin/python" -m compileall -q "$("$prefix/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
}

# The health check of the image, which has no curl.
healthy() {
    "$prefix/bin/python" -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$1/healthz', timeout=3)" 2>/dev/null
}

try() {
    export BYLINE_DATA="$1" BYLINE_PORT="$2" HOME="$1"
    cd "$1"
    samples=$("$prefix/bin/python" -c 'import pathlib, index.articles as a; print(pathlib.Path(a.__file__).parent / "samples")')
    "$prefix/bin/byline" --version
    "$prefix/bin/byline" add "$samples"
    "$prefix/bin/byline" ask "How much money did Xiaomi pledge?"
    "$prefix/bin/byline" serve &
    server=$!
    trap 'kill "$server" 2>/dev/null || true' EXIT
    waited=0
    until healthy "$2"; do
        waited=$((waited + 1))
        if [ "$waited" -gt 120 ] || ! kill -0 "$server" 2>/dev/null; then
            echo "The server did not become healthy." >&2
            exit 1
        fi
        sleep 1
    done
    kill -TERM "$server"
    trap - EXIT
    wait "$server"
    echo "It served as user $(id -u) and ended when it was told to."
}

step=$1
shift 2
case $step in
    libraries | byline | try) "$step" "$@" ;;
    *)
        sed -n 's/^#   //p' "$0" >&2
        exit 2
        ;;
esac
