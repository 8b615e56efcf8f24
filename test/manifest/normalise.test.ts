import { describe, expect, it } from 'vitest';
import {
  comparableFlags,
  flagsText,
  goMinor,
  goPlatformOf,
  goToolchain,
  sameRustToolchain,
  targetTriple,
} from '../../source/manifest/normalise.js';

describe('one thing in several spellings', () => {
  it.each([
    ['go1.26.8', 'go1.26.8'],
    ['1.26.8', 'go1.26.8'],
    ['go version go1.26.8 linux/amd64', 'go1.26.8'],
    ['go1.26.8 X:nocoverageredesign', 'go1.26.8 X:nocoverageredesign'],
    ['devel go1.27-3f1a2b Mon Jan 1', 'devel go1.27-3f1a2b Mon Jan 1'],
  ])('Go toolchain %j reads as %j', (written, read) => {
    expect(goToolchain(written)).toBe(read);
  });

  it.each([
    ['go1.26.8', 26],
    ['go1.27rc1', 27],
    ['go1.21', 21],
    ['go1.26.8 X:jsonv2', 26],
    ['go1.26.8-custom', 26],
  ])('%j is of the release 1.%i', (version, minor) => {
    expect(goMinor(version)).toEqual({ major: 1, minor });
  });

  it('a development tree is of no release', () => {
    expect(goMinor('devel go1.27-3f1a2b Mon Jan 1')).toBeNull();
  });

  it('rustc is the same with the words of --version and of .comment, and without a commit', () => {
    expect(sameRustToolchain('rustc 1.95.0 (59807616e 2026-04-14)', 'rustc version 1.95.0 (59807616e 2026-04-14)')).toBe(true);
    expect(sameRustToolchain('rustc 1.95.0 (59807616e 2026-04-14)', '1.95.0')).toBe(true);
    expect(sameRustToolchain('rustc 1.95.0 (59807616e 2026-04-14)', 'rustc 1.95.0 (000000000 2026-04-14)')).toBe(false);
    expect(sameRustToolchain('rustc 1.95.0', 'rustc 1.95.1')).toBe(false);
  });

  it('GOOS/GOARCH and triples name the same target', () => {
    expect(targetTriple('linux/amd64')).toBe('x86_64-unknown-linux-gnu');
    expect(targetTriple('linux/amd64 GOAMD64=v1')).toBe('x86_64-unknown-linux-gnu');
    expect(targetTriple('aarch64-unknown-linux-musl')).toBe('aarch64-unknown-linux-musl');
    expect(goPlatformOf('aarch64-unknown-linux-gnu')).toBe('linux/arm64');
    expect(goPlatformOf('x86_64-unknown-linux-musl')).toBe('linux/amd64');
  });

  it.each([
    [['-trimpath=true', '-buildmode=plugin', '-ldflags=-s -w', '-o', 'x'], '-trimpath'],
    [['-tags=b,a'], '-tags=a,b'],
    [['-tags', 'a b'], '-tags=a,b'],
    [['--tags=a', '--race'], '-race -tags=a'],
    [['-tags='], 'none'],
    [['-race=false'], 'none'],
    [['-gcflags=all=-N -l'], '-gcflags=all=-N -l'],
    [['-C', 'opt-level=3', '-C', 'panic=unwind'], '-C opt-level=3 -C panic=unwind'],
    [['-C opt-level=3', '-Cpanic=unwind', '--release'], '--release -C opt-level=3 -C panic=unwind'],
  ])('flags %j compare as %j', (flags, text) => {
    expect(flagsText(comparableFlags(flags))).toBe(text);
  });
});
