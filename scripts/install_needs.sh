# Sourced by the scripts beside it: puts Deno and nats-server in place, saying what it does.
# On a machine where all is there it costs a few milliseconds.
set -euo pipefail
# Paths are meant from where the person stands, as in `deno task`.
export INIT_CWD="${INIT_CWD:-$PWD}"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

DENO_VERSION=2.9.5
export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"
NEEDS_HOME="${XDG_CACHE_HOME:-$HOME/.cache}/printwarden"
# Debian keeps nats-server where only root's shell looks.
export PATH="$NEEDS_HOME/node_modules/.bin:$PATH:/usr/local/sbin:/usr/sbin:/sbin"
# Another program that installs something just now is waited for so long, s.
LOCK_WAIT_S=300
APT_IS_FRESH=no

say() { printf '\033[2m·\033[0m %s\n' "$*" >&2; }

# need_by_hand PROGRAM REASON HINT
need_by_hand() {
  printf 'Cannot install %s here: %s\nPlease install it by hand (%s) and run this again\n' \
    "$1" "$2" "$3" >&2
  exit 2
}

# Whether this user may become root; a proxy's address goes along, which sudo would leave behind.
can_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; return; fi
  sudo env ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    ${no_proxy:+no_proxy="$no_proxy"} "$@"
}

has_deno() {
  command -v deno >/dev/null &&
    [ "$(deno --version 2>/dev/null | awk 'NR==1 {print $2}')" = "$DENO_VERSION" ]
}

install_deno() {
  has_deno && return
  local by_hand="npm install --global deno@$DENO_VERSION, or https://deno.com"
  command -v npm >/dev/null ||
    need_by_hand "Deno" "npm was required (apt-get install npm), and there is none" "$by_hand"
  say "installing Deno $DENO_VERSION from npm into $NEEDS_HOME (once, about 40 MB) …"
  mkdir -p "$NEEDS_HOME" 2>/dev/null ||
    need_by_hand "Deno" "a folder that can be written to was required, got $NEEDS_HOME" "$by_hand"
  npm install --loglevel=error --no-fund --no-audit --prefix "$NEEDS_HOME" "deno@$DENO_VERSION" \
    >&2 || need_by_hand "Deno" "npm could not install it; what it said stands above" "$by_hand"
  has_deno || need_by_hand "Deno" "npm installed it, but it doesn't run on $(uname -sm)" "$by_hand"
}

# apt_install PROGRAM PACKAGE
apt_install() {
  command -v "$1" >/dev/null && return
  local by_hand="Debian's package $2"
  command -v apt-get >/dev/null ||
    need_by_hand "$1" "apt-get was required, and there is none" "$by_hand"
  can_be_root || need_by_hand "$1" "root or sudo was required, got neither" "$by_hand"
  say "installing $2 from Debian (once) …"
  if [ "$APT_IS_FRESH" = no ]; then
    # Without a network the package may be at hand all the same: what installs has the last word.
    as_root apt-get -qq update >&2 || say "the lists of packages are those of before"
    APT_IS_FRESH=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o "DPkg::Lock::Timeout=$LOCK_WAIT_S" \
    install -y --no-install-recommends "$2" >/dev/null ||
    need_by_hand "$1" "apt-get could not install the package $2; what it said stands above" \
      "$by_hand"
  command -v "$1" >/dev/null ||
    need_by_hand "$1" "the package $2 brought no program of that name" "$by_hand"
}

install_modules() {
  local stamp=node_modules/.printwarden-lock
  cmp -s deno.lock "$stamp" && return
  say "installing npm packages by deno.lock (some 450 MB) …"
  deno install --quiet --frozen >&2 ||
    need_by_hand "npm packages" "Deno could not; what it said stands above" \
      "'deno install --frozen' in $PWD"
  cp deno.lock "$stamp"
}

tell_of_debians_server() {
  systemctl --quiet is-active nats-server 2>/dev/null || return 0
  say "Debian has started a nats-server of its own (127.0.0.1:4222); 'systemctl disable --now nats-server' ends it"
}

install_nats_server() {
  command -v nats-server >/dev/null && return
  apt_install nats-server nats-server
  tell_of_debians_server
}

install_deno
[ "${NEEDS_NATS_SERVER:-yes}" = no ] || install_nats_server
install_modules
