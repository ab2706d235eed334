# shellcheck shell=bash
# What script/bootstrap, script/server and script/test share: finding a Python and going on in it.
# Whatever is more than glue is in the Python files beside this one (standard library only).

SCRIPT="script/$(basename "$0")"
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
VENV_PYTHON="$ROOT/.venv/bin/python"

# The CPythons that the pinned set resolves on, best first.
PYTHON_VERSIONS="3.7 3.8 3.9"

die() {
  echo "$SCRIPT: $*" >&2
  exit 1
}

# Answers "<major.minor> <path>" for an interpreter that can carry the site, fails for any other.
# The path is the base interpreter's, so that a .venv is never built upon itself.
probe() {
  "$1" -c '
import ctypes, ensurepip, os, platform, sqlite3, ssl, sys, venv
assert platform.python_implementation() == "CPython"
version = "%d.%d" % sys.version_info[:2]
assert version in sys.argv[1].split()
base = os.path.join(sys.base_prefix, "bin", "python" + version)
print(version + " " + (base if os.access(base, os.X_OK) else sys.executable))
' "$PYTHON_VERSIONS" 2>/dev/null </dev/null
}

# Where a CPython of version $1 may be. A name proves nothing (pyenv's shims exit 127): each is run.
candidates() {
  type -ap "python$1" || true
  local place home="${HOME:-/nonexistent}"
  for place in \
    "${PYENV_ROOT:-$home/.pyenv}/versions/$1".*/bin/python \
    "${ASDF_DATA_DIR:-$home/.asdf}/installs/python/$1".*/bin/python \
    "${UV_PYTHON_INSTALL_DIR:-${XDG_DATA_HOME:-$home/.local/share}/uv/python}/cpython-$1".*/bin/python3 \
    ${PYTHON_PLACES-/usr/local/bin /usr/bin /opt/homebrew/bin /opt/python/*/bin}; do
    [ ! -d "$place" ] || place="$place/python$1"
    [ ! -x "$place" ] || echo "$place"
  done
  type -ap python3 python || true
  uv python find --no-project "$1" 2>/dev/null </dev/null || true
}

# Prints the path of a CPython: $PYTHON if it will do, then that of .venv, then 3.7 anywhere, 3.8, 3.9.
find_python() {
  local version candidate answer
  for candidate in "${PYTHON:-}" "$VENV_PYTHON"; do
    if answer="$(probe "$candidate")"; then
      echo "${answer#* }"
      return
    fi
  done
  for version in $PYTHON_VERSIONS; do
    while IFS= read -r candidate; do
      if answer="$(probe "$candidate")" && [ "${answer%% *}" = "$version" ]; then
        echo "${answer#* }"
        return
      fi
    done < <(candidates "$version")
  done
  # The last resort: uv fetches one, where it is there and the network lets it.
  uv python install 3.9 >/dev/null 2>&1 </dev/null || return 1
  uv python find --no-project 3.9 2>/dev/null </dev/null
}

# Becomes "python <arguments>" in a .venv that holds what the requirement files say. Where it
# holds that already, this costs the start of one Python.
become_python() {
  cd "$ROOT" || exit 1
  local python wanted=""
  if [ -n "${PYTHON:-}" ] && wanted="$(probe "$PYTHON")"; then
    wanted="${wanted%% *}"
  fi
  if "$VENV_PYTHON" script/environment.py --ready "$wanted" 2>/dev/null; then
    exec "$VENV_PYTHON" "$@"
  fi
  python="$(find_python)" ||
    die "no CPython ${PYTHON_VERSIONS// /, } found; install one, or name it: PYTHON=/path/to/python3.7 $SCRIPT"
  exec "$python" script/environment.py --make "$SCRIPT" "$@"
}
