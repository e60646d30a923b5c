#!/bin/sh
# Installs zitadel-sync, the standalone binary, for yourself alone: no root is needed.
#
#   curl -fsSL https://github.com/zitadel-sync/zitadel-sync/releases/latest/download/install.sh | sh
#
# What it does: chooses the archive for this machine, downloads it and SHA256SUMS, checks one against the other, and
# only then puts the binary in place. With variables of the environment:
#
#   ZITADEL_SYNC_VERSION   such as 0.1.0; the newest if it is not set
#   ZITADEL_SYNC_DIR       where the binary goes; ~/.local/bin if it is not set
#   ZITADEL_SYNC_RELEASES  where releases are, for a mirror of your own; https, or http on this machine
set -eu

RELEASES="${ZITADEL_SYNC_RELEASES:-https://github.com/zitadel-sync/zitadel-sync/releases}"

fail() {
  printf 'zitadel-sync was not installed: %s\n' "$1" >&2
  exit 1
}

target() {
  case "$(uname -s)" in
  Linux)
    # The runtime inside needs glibc, and says nothing helpful without it.
    if ls /lib/ld-musl-* >/dev/null 2>&1 && ! ls /lib*/ld-linux-* /lib/*/ld-linux-* >/dev/null 2>&1; then
      fail "this Linux has musl instead of glibc; use the Node package or the container"
    fi
    system=unknown-linux-gnu
    ;;
  Darwin) system=apple-darwin ;;
  MINGW* | MSYS* | CYGWIN*) fail "on Windows, unpack the zip from $RELEASES" ;;
  *) fail "there is no binary for $(uname -s)" ;;
  esac
  case "$(uname -m)" in
  x86_64 | amd64) machine=x86_64 ;;
  aarch64 | arm64) machine=aarch64 ;;
  *) fail "there is no binary for $(uname -m)" ;;
  esac
  printf '%s-%s\n' "$machine" "$system"
}

download() { # download URL FILE
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --proto "=$PROTOCOLS" --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget -q -O "$2" "$1"
  else
    fail "neither curl nor wget is there to download with"
  fi || fail "cannot download $1"
}

sha256() { # sha256 FILE
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1"
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 "$1"
  elif command -v openssl >/dev/null 2>&1; then
    openssl dgst -sha256 -r "$1"
  else
    fail "neither sha256sum, shasum nor openssl is there to check the download with"
  fi | cut -d ' ' -f 1
}

main() {
  case "$RELEASES" in
  https://*) PROTOCOLS=https ;;
  http://127.0.0.1[:/]* | http://localhost[:/]*) PROTOCOLS=http,https ;;
  *) fail "ZITADEL_SYNC_RELEASES must begin with https://" ;;
  esac
  target="$(target)"
  folder="${ZITADEL_SYNC_DIR:-${HOME:?HOME is not set; set ZITADEL_SYNC_DIR}/.local/bin}"
  if [ -n "${ZITADEL_SYNC_VERSION:-}" ]; then
    from="$RELEASES/download/v${ZITADEL_SYNC_VERSION#v}"
  else
    from="$RELEASES/latest/download"
  fi

  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM HUP
  download "$from/SHA256SUMS" "$work/SHA256SUMS"
  line="$(grep -E "^[0-9a-f]{64} [ *]zitadel-sync-[0-9][0-9A-Za-z.+-]*-$target\.tar\.gz\$" "$work/SHA256SUMS" || true)"
  [ "$(printf "%s" "$line" | grep -c .)" = 1 ] || fail "$from has no archive for $target"
  expected="${line%% *}"
  archive="${line##*[ *]}"
  download "$from/$archive" "$work/$archive"
  actual="$(sha256 "$work/$archive")"
  [ "$actual" = "$expected" ] ||
    fail "$archive has the checksum $actual, but SHA256SUMS says $expected"

  mkdir "$work/unpacked"
  tar -xzf "$work/$archive" -C "$work/unpacked" || fail "$archive cannot be unpacked"
  [ -f "$work/unpacked/zitadel-sync" ] || fail "$archive holds no zitadel-sync"
  mkdir -p "$folder" || fail "cannot make $folder; choose another with ZITADEL_SYNC_DIR"
  # Beside the target, so that the last step is a rename: whoever starts it gets the old one or the new one. And it is tried
  # there, not where it was unpacked: a folder for temporary files is often mounted noexec.
  new="$folder/.zitadel-sync.$$"
  trap 'rm -rf "$work" "$new"' EXIT
  if ! cp "$work/unpacked/zitadel-sync" "$new" || ! chmod 755 "$new"; then
    fail "cannot write to $folder; choose another with ZITADEL_SYNC_DIR"
  fi
  version="$("$new" --version)" ||
    fail "the binary does not run from $folder; if that is mounted noexec, choose another with ZITADEL_SYNC_DIR"
  mv -f "$new" "$folder/zitadel-sync" || fail "cannot replace $folder/zitadel-sync"
  printf '%s is in %s\n' "$version" "$folder/zitadel-sync"
  case ":$PATH:" in
  *":$folder:"*) ;;
  *) printf 'Add it to your PATH: export PATH="%s:%sPATH"\n' "$folder" '$' ;;
  esac
}

# At the end, so that a script that was cut off on its way does nothing.
main
