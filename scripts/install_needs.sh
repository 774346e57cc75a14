# Sourced by the scripts beside it: puts Deno and nats-server in place, saying what it does.
# On a machine where all is there it costs a few milliseconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

DENO_VERSION=2.9.5
NEEDS_HOME="${XDG_CACHE_HOME:-$HOME/.cache}/printwarden"
export PATH="$NEEDS_HOME/node_modules/.bin:$PATH"

say() { printf '\033[2m·\033[0m %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

need_by_hand() {
  printf 'Cannot install %s here: %s\n' "$1" "$2" >&2
  printf 'Please install two programs and run this again: Deno %s (https://deno.com) and nats-server 2.9 or newer (https://nats.io)\n' \
    "$DENO_VERSION" >&2
  exit 2
}

has_deno() {
  command -v deno >/dev/null && [ "$(deno --version | awk 'NR==1 {print $2}')" = "$DENO_VERSION" ]
}

install_deno() {
  has_deno && return
  command -v npm >/dev/null || need_by_hand "Deno" "npm was required, and there is none"
  say "installing Deno $DENO_VERSION from npm into $NEEDS_HOME (once, about 40 MB) …"
  mkdir -p "$NEEDS_HOME"
  npm install --silent --no-fund --no-audit --prefix "$NEEDS_HOME" "deno@$DENO_VERSION" >&2 ||
    need_by_hand "Deno" "npm could not install it"
  has_deno || need_by_hand "Deno" "npm installed it, but it doesn't run on $(uname -sm)"
}

# apt_install PROGRAM PACKAGE
apt_install() {
  command -v "$1" >/dev/null && return
  command -v apt-get >/dev/null || need_by_hand "$1" "apt-get was required, and there is none"
  say "installing $2 from Debian (once) …"
  as_root apt-get -qq update >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$2" \
    >/dev/null || need_by_hand "$1" "apt-get could not install the package $2"
}

install_modules() {
  local stamp=node_modules/.printwarden-lock
  cmp -s deno.lock "$stamp" && return
  say "installing npm packages by deno.lock …"
  deno install --quiet --frozen >&2
  cp deno.lock "$stamp"
}

install_deno
[ "${NEEDS_NATS_SERVER:-yes}" = no ] || apt_install nats-server nats-server
install_modules
