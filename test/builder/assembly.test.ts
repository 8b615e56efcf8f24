import { describe, expect, it } from 'vitest';
import { refusedIn, tagsWithout, tagWarning, tagWithout, type Unlinkable } from '../../source/builder/assembly.js';

// What Go 1.26.8 printed of the Kafka exporter of 0.165.0, and the first lines of the files it is about.
const REFUSED = `go: downloading github.com/pierrec/lz4/v4 v4.1.33
# github.com/pierrec/lz4/v4/internal/lz4block
asm: decode_amd64.s:535: when dynamic linking, R15 is clobbered by a global variable access and is used here: 00314 (/home/dev/go/pkg/mod/github.com/pierrec/lz4/v4@v4.1.33/internal/lz4block/decode_amd64.s:535)	MOVQ	R15, BX
asm: assembly failed
# example.com/other
other.go:3:1: undefined: x
`;

const LZ4: Unlinkable = {
  importPath: 'github.com/pierrec/lz4/v4/internal/lz4block',
  file: 'decode_amd64.s',
  tag: 'noasm',
  plugins: ['kafka'],
};

describe('assembly that plugins can not have', () => {
  it('is told from what Go says, by package and file', () => {
    expect(refusedIn(REFUSED)).toEqual([{ importPath: LZ4.importPath, file: LZ4.file }]);
  });

  it.each([
    ['//go:build gc && !noasm\n\n#include "go_asm.h"', 'noasm'],
    ['// Copyright\n\n//go:build (amd64 || arm64) && !purego && !appengine\n', 'purego'],
    ['//go:build !purego && ! noasm', 'noasm'],
    ['//go:build amd64\n', null],
    ['#include "textflag.h"\n', null],
    ['//go:build !noasmoptimised\n', null],
  ])('%j is left out by the tag %s', (source, tag) => expect(tagWithout(source)).toBe(tag));

  it('is left out everywhere, and the build says so', () => {
    expect(tagsWithout([LZ4, { ...LZ4, plugins: ['zipkin'] }])).toEqual(['noasm']);
    expect(tagWarning(['noasm'], [LZ4])).toBe(
      "built with -tags=noasm, the Collector too: the assembly of github.com/pierrec/lz4/v4/internal/lz4block, in plugin kafka, can't be part of a plugin. What has assembly beside Go code (compression) runs slower in all of this distribution. Under dist, build_tags: noasm says that it is meant",
    );
  });

  it('ends the build where no tag leaves it out', () => {
    expect(() => tagsWithout([LZ4, { ...LZ4, importPath: 'example.com/fast', tag: null }])).toThrow(
      "assembly that can't be part of a plugin: Go's assembler says that R15 is clobbered",
    );
  });
});
