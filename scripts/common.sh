# Shared by scripts/start and scripts/test: the environment in .venv. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
PY=$ROOT/.venv/bin/python
export TF_CPP_MIN_LOG_LEVEL=3 TF_ENABLE_ONEDNN_OPTS=0 CUDA_VISIBLE_DEVICES=-1 RASA_TELEMETRY_ENABLED=false
export SQLALCHEMY_SILENCE_UBER_WARNING=1 OMP_NUM_THREADS=${OMP_NUM_THREADS:-2} PYTHONWARNINGS=ignore

say() { printf '%-13s %s\n' "$1:" "$2"; }
fail() { printf 'FEJL  %s\n      %s\n' "$1" "$2" >&2; exit 1; }

# A name on the PATH can be a shim of a version manager that leads nowhere: only what answers counts.
works() { "$@" >/dev/null 2>&1; }

find_uv() {
  local candidate
  for candidate in uv "$HOME/.local/bin/uv" "$ROOT/.venv-uv/bin/uv"; do
    if works "$candidate" --version; then UV=("$candidate"); return; fi
  done
  for candidate in python3 python3.12 python3.11 python3.10; do
    if works "$candidate" -m uv --version; then UV=("$candidate" -m uv); return; fi
  done
  say uv "not found; fetching it into .venv-uv"
  for candidate in python3 python3.12 python3.11 python3.10; do
    if works "$candidate" -m venv "$ROOT/.venv-uv" && "$ROOT/.venv-uv/bin/python" -m pip install --quiet uv; then
      UV=("$ROOT/.venv-uv/bin/uv"); return
    fi
  done
  fail "uv could not be found or fetched." "Install uv (or Python 3 with venv and pip), then run this again."
}

find_python() {
  local candidate
  for candidate in "${INDGANG_PYTHON:-}" python3.10 /usr/bin/python3.10 /usr/local/bin/python3.10 \
      "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10 python3; do
    [ -n "$candidate" ] || continue
    if works "$candidate" -c 'import sys, venv, ssl; assert sys.version_info[:2] == (3, 10)'; then
      PYTHON=$("$candidate" -c 'import sys; print(sys.executable)'); return
    fi
  done
  say Python "3.10 not found; fetching it with uv"
  "${UV[@]}" python install 3.10 || fail "Python 3.10 could not be fetched." \
    "Install Python 3.10 (Rasa runs on no other), or set INDGANG_PYTHON to it, then run this again."
  PYTHON=$("${UV[@]}" python find --managed-python 3.10)
}

install() {
  local wanted stamp=$ROOT/.venv/indgang.installed
  wanted=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && works "$PY" -c 'import rasa_sdk'; then
    say environment "up to date"; return
  fi
  find_uv
  find_python
  say Python "$("$PYTHON" --version 2>&1)"
  if ! works "$PY" -c 'import sys; assert sys.version_info[:2] == (3, 10)'; then
    "${UV[@]}" venv --quiet --clear --python "$PYTHON" .venv || fail ".venv could not be made." "Is the disk full? Remove .venv and try again."
  fi
  say packages "installing (about 3 GB, a few minutes)"
  "${UV[@]}" pip install --python "$PY" --require-hashes --compile-bytecode -r requirements.lock \
    || fail "The packages could not be installed." "Check the network to the package registry, then run this again: it goes on where it stopped."
  "${UV[@]}" pip install --quiet --python "$PY" --no-deps --editable . \
    || fail "The command indgang could not be installed." "Run this again; the lines above say what went wrong."
  echo "$wanted" > "$stamp"
  install_spacy_model
}

# Better Danish word forms, where the network allows; the robot works without.
install_spacy_model() {
  local release=da_core_news_sm-3.8.0
  if works "$PY" -c 'import da_core_news_sm'; then
    say "spaCy model" "da_core_news_sm is installed"
  elif UV_HTTP_TIMEOUT=20 timeout 60 "${UV[@]}" pip install --quiet --no-deps --python "$PY" \
      "da_core_news_sm @ https://github.com/explosion/spacy-models/releases/download/$release/$release-py3-none-any.whl" >/dev/null 2>&1; then
    say "spaCy model" "da_core_news_sm installed"
  else
    say "spaCy model" "da_core_news_sm could not be fetched; the robot works without it"
  fi
}
