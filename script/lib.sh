# shellcheck shell=bash
# Shared by script/bootstrap, script/server and script/test: finding a Python and continuing in it.
# Anything beyond glue is in the Python files beside this one (standard library only).

SCRIPT="script/$(basename "$0")"
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
VENV_PYTHON="$ROOT/${WORKSHOP_VENV:-.venv}/bin/python"

# The CPythons that have a lock in requirements/, best first: the newest gets fixes and is the
# fastest. PYTHON=3.7 is the faithful one.
PYTHON_VERSIONS="3.13 3.12 3.11 3.10 3.9 3.8 3.7"
NONE_FOUND="no CPython 3.7 to 3.13 with venv, ssl and sqlite3 found; install python3 and python3-venv, or uv, or name one: PYTHON=/path/to/python3.13 $SCRIPT"

die() {
  echo "$SCRIPT: $*" >&2
  exit 1
}

# The comment at the top of the script.
show_help() {
  local line
  while IFS= read -r line && [[ "$line" == "#"* ]]; do
    line="${line#\#}"
    [[ "$line" == "!"* ]] || echo "${line# }"
  done <"$0"
}

# Before the script does anything: it is sourced with the script's own arguments.
for argument in "$@"; do
  case "$argument" in -h | --help) show_help && exit ;; esac
done

no_arguments() {
  [ $# -eq 0 ] || die "takes no arguments, and not $1; its settings are in .env.example"
}

# Answers "<major.minor> <path>" for an interpreter that can run the site, fails for any other.
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

# Prints the path of a CPython of version $1.
python_of_version() {
  local candidate answer
  while IFS= read -r candidate; do
    if answer="$(probe "$candidate")" && [ "${answer%% *}" = "$1" ]; then
      echo "${answer#* }"
      return
    fi
  done < <(candidates "$1")
  return 1
}

# Prints the path of the CPython that $PYTHON means: a path, a command, "3.7", or "python3.7"
# (wherever it is, for pyenv's shims answer to that name and fail).
named_python() {
  local answer version="${PYTHON#python}"
  if answer="$(probe "$PYTHON")"; then
    echo "${answer#* }"
  elif [[ " $PYTHON_VERSIONS " == *" $version "* ]]; then
    python_of_version "$version"
  else
    return 1
  fi
}

# Prints the path of the CPython to use if none is named: .venv's, or the newest.
find_python() {
  local answer
  if answer="$(probe "$VENV_PYTHON")"; then
    echo "${answer#* }"
  else
    newest_python
  fi
}

newest_python() {
  local version
  for version in $PYTHON_VERSIONS; do
    python_of_version "$version" && return
  done
  # As a last resort uv downloads one, if it is installed and there is a network.
  version="${PYTHON_VERSIONS%% *}"
  uv python install "$version" >/dev/null 2>&1 </dev/null || return 1
  uv python find --no-project "$version" 2>/dev/null </dev/null
}

# Becomes "python <arguments>" in a .venv that matches its lock. If it already does, this costs
# the start of one Python.
become_python() {
  cd "$ROOT" || exit 1
  local python="" wanted=""
  if [ -n "${PYTHON:-}" ]; then
    python="$(named_python)" ||
      die "PYTHON=$PYTHON is none that will do: CPython ${PYTHON_VERSIONS// /, }, with venv, ssl and sqlite3"
    wanted="$(probe "$python")"
    wanted="${wanted%% *}"
  fi
  if "$VENV_PYTHON" script/environment.py --ready "$wanted" 2>/dev/null; then
    exec "$VENV_PYTHON" "$@"
  fi
  [ -n "$python" ] || python="$(find_python)" || die "$NONE_FOUND"
  exec "$python" script/environment.py --make "$SCRIPT" "$@"
}
