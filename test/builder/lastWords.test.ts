import { describe, expect, it } from 'vitest';
import { lastWords } from '../../source/builder/hermetic/lastWords.js';

// As buildah 1.28 printed them, shortened.
const STEPS = `[1/2] STEP 18/21: ARG GOPRIVATE
[1/2] STEP 19/21: RUN --mount=type=cache,id=ocx-modules,target=/cache/modules node /ocx/dist/cli.js build ocx-build.yaml --fetch-only
time="2026-11-25T22:13:37Z" level=warning msg="missing \\"GOPRIVATE\\" build argument. Try adding it"
`;

describe('an engine that fails', () => {
  it('says why in its last line, not in its steps and warnings', () => {
    const reason =
      'Error: building at STEP "RUN node": unable to change uid,gid of cache directory: path: buildah-cache should be absolute';
    expect(lastWords(`${STEPS}${reason}\n`)).toEqual([reason]);
  });

  it('is told with what the step printed before', () => {
    const text = `${STEPS}cc: fatal error: no input files\nsubprocess exited with status 1\nError: building at STEP "RUN cc": exit status 1\n`;
    expect(lastWords(text)).toEqual([
      'cc: fatal error: no input files',
      'subprocess exited with status 1',
      'Error: building at STEP "RUN cc": exit status 1',
    ]);
  });

  it('of an image that lacks something says what it lacks, in one sentence', () => {
    const text = `${STEPS}rustc: error while loading shared libraries: libLLVM.so\nocx: the image of Rust 1.95.0 has another rustc
Error: building at STEP "RUN { go version || { echo 'ocx: the base image has no go' >&2; exit 1; }; }": exit status 1\n`;
    expect(lastWords(text)).toEqual(['the image of Rust 1.95.0 has another rustc']);
  });
});
