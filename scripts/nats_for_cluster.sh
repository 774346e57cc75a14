#!/usr/bin/env bash
# Prints where a nats-server stands that is new enough for a cluster. Where this machine has none, it
# takes Debian's from the testing suite into a folder of ours; apt checks it by Debian's signature,
# from a state of its own: nothing of the system changes, and nobody need be root.
NEEDS_NATS_SERVER=no
source "$(dirname "${BASH_SOURCE[0]}")/install_needs.sh"

VERSION_MIN=2.15
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
BY_HAND="nats-server $VERSION_MIN or later, as Debian's testing suite or nats.io have it, in the PATH"
OURS="$NEEDS_HOME/nats-server/nats-server"

# is_new_enough PROGRAM
is_new_enough() {
  local version
  version="$("$1" -v 2>/dev/null | sed -n 's/^nats-server: v//p')"
  [ -n "$version" ] &&
    [ "$(printf '%s\n' "$VERSION_MIN" "$version" | sort -V | head -n 1)" = "$VERSION_MIN" ]
}

# apt_aside FOLDER ARGUMENTS: apt-get with sources, lists and cache in a folder of its own.
apt_aside() {
  local aside="$1"
  shift
  apt-get -qq -o Dir::Etc::sourcelist="$aside/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State="$aside/state" -o Dir::State::status="$aside/status" \
    -o Dir::Cache="$aside/cache" -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o APT::Sandbox::User=root "$@"
}

fetch_from_testing() {
  command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
    need_by_hand "nats-server" "apt-get and dpkg were required, and aren't there" "$BY_HAND"
  [ -r "$KEYRING" ] ||
    need_by_hand "nats-server" "Debian's keys were required ($KEYRING), got none" "$BY_HAND"
  say "taking nats-server $VERSION_MIN or later from Debian testing into ${OURS%/*} (once) …"
  mkdir -p "${OURS%/*}"
  local aside
  aside="$(mktemp -d "${OURS%/*}/apt.XXXXXX")"
  trap "rm -rf '$aside'" EXIT
  mkdir -p "$aside/state/lists/partial" "$aside/cache/archives/partial" "$aside/package"
  : > "$aside/status"
  echo "deb [signed-by=$KEYRING] http://deb.debian.org/debian testing main" > "$aside/sources.list"
  { apt_aside "$aside" update && cd "$aside/package" &&
    apt_aside "$aside" download nats-server && dpkg -x nats-server_*.deb .; } >&2 ||
    need_by_hand "nats-server" "apt could not fetch it; what it said stands above" "$BY_HAND"
  mv "$aside/package/usr/sbin/nats-server" "$OURS"
}

for program in nats-server "$OURS"; do
  if is_new_enough "$program"; then command -v "$program"; exit; fi
done
fetch_from_testing
is_new_enough "$OURS" ||
  need_by_hand "nats-server" "$VERSION_MIN or later was required, got $("$OURS" -v 2>&1)" "$BY_HAND"
echo "$OURS"
