#!/bin/sh
# Writes names.tsv: mangled names of real Rust libraries beside what rustfilt prints, without and with hashes.
# Needs rustc and cargo (names.tsv was made with 1.95.0), nm, and rustfilt 0.2.2 (`cargo install rustfilt`).
#
# Of rare.rs every name of its own, mangled both ways; of rustc's own libraries and of the ones below an even sample.
# `make.sh all` also leaves all of them (some 200,000) in $TMPDIR/rust-names/all.tsv, for
#   RUST_NAMES=/tmp/rust-names/all.tsv npx vitest run test/binary/rust
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${TMPDIR:-/tmp}/rust-names
mkdir -p "$work/crate/src"
cd "$work"
export RUSTC_BOOTSTRAP=1
legacy='-Zunstable-options -Csymbol-mangling-version=legacy'
v0='-Csymbol-mangling-version=v0'

cat > crate/Cargo.toml <<'TOML'
[package]
name = "corpus"
version = "0.1.0"
edition = "2021"
[dependencies]
clap = { version = "4", features = ["derive"] }
hashbrown = "0.15"
indexmap = "2"
regex = "1"
serde = { version = "1", features = ["derive"] }
serde_json = "1"
syn = { version = "2", features = ["full"] }
tokio = { version = "1", features = ["rt-multi-thread", "sync", "time", "macros", "net"] }
TOML
: > crate/src/lib.rs

names() { find "$@" \( -name '*.rlib' -o -name '*.so' \) -exec nm {} + 2>/dev/null | awk '{print $NF}' | grep -E '^_(ZN|R)' | LC_ALL=C sort -u; }
for mangling in legacy v0; do
  eval "flags=\$$mangling"
  # shellcheck disable=SC2086
  rustc --edition=2021 --crate-type=cdylib -Copt-level=0 $flags "$here/rare.rs" -o "librare-$mangling.so"
  RUSTFLAGS="$flags" CARGO_TARGET_DIR="$work/$mangling" cargo build --quiet --manifest-path crate/Cargo.toml
done
names librare-*.so | grep 4rare > rare.txt
names legacy v0 "$(rustc --print sysroot)/lib" > all.txt

{
  cat rare.txt
  # Every 1000th, and more of those with what is less common.
  awk 'NR % 1000 == 0' all.txt
  grep -E '\.llvm\.|NSt?[0-9]|[A-Z]u[0-9]+[a-z]|DG|FG|KC|Kh|\$u7b\$|\.\.' all.txt | awk 'NR % 1700 == 0'
} | awk 'length($0) < 300' | LC_ALL=C sort -u > sample.txt
rustfilt < sample.txt > drop.txt
rustfilt --hash < sample.txt > keep.txt
paste sample.txt drop.txt keep.txt > "$here/names.tsv"
if [ "${1:-}" = all ]; then
  rustfilt < all.txt > drop.txt
  rustfilt --hash < all.txt > keep.txt
  paste all.txt drop.txt keep.txt > all.tsv
fi
wc -l "$here/names.tsv"
