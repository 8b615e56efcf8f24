import { describe, expect, it } from 'vitest';
import { goErrors, isTransient, missingModules, seenFrom } from '../../source/builder/goErrors.js';

describe('of a failed go build', () => {
  it("the compiler's own lines are shown, with those that continue them", () => {
    const stderr = `go: downloading example.com/x v1.0.0
# example.com/redact
../../redact/factory.go:12:3: undefined: foo
../../redact/factory.go:14:9: cannot use x (variable of type int) as string value in return statement
	have (int)
	want (string)
note: module requires Go 1.27
`;
    expect(goErrors(stderr)).toEqual([
      '../../redact/factory.go:12:3: undefined: foo',
      '../../redact/factory.go:14:9: cannot use x (variable of type int) as string value in return statement',
      '	have (int)',
      '	want (string)',
    ]);
  });

  it('an error of the go command or of a linker counts as well', () => {
    expect(goErrors('go: downloading a v1\ngo: go.mod requires go >= 1.99 (running go 1.26.8)\n')).toEqual([
      'go: go.mod requires go >= 1.99 (running go 1.26.8)',
    ]);
    expect(goErrors('# example.com/x\n/usr/local/go/pkg/tool/linux_amd64/link: running gcc failed: exit status 1\n')).toEqual([
      '/usr/local/go/pkg/tool/linux_amd64/link: running gcc failed: exit status 1',
    ]);
  });

  it('nothing known leaves the last lines; the same mistake a hundred times is cut', () => {
    expect(goErrors('# x\nsomething odd\n\n')).toEqual(['something odd']);
    const many = goErrors(Array.from({ length: 100 }, (_, line) => `a.go:${line + 1}:1: undefined: x`).join('\n'));
    expect(many).toHaveLength(21);
    expect(many.at(-1)).toBe('and 80 more lines');
  });

  it('files are named from where the reader stands', () => {
    const lines = ['../../../redact/factory.go:12:3: undefined: foo', 'plugins/p/main.go:3:1: x', '	have (int)'];
    expect(seenFrom('/home/me/project', lines, '/home/me/project/dist/.ocx/src')).toEqual([
      'redact/factory.go:12:3: undefined: foo',
      'dist/.ocx/src/plugins/p/main.go:3:1: x',
      '	have (int)',
    ]);
    expect(seenFrom('/elsewhere/very/deep', lines.slice(0, 1), '/home/me/project/dist/.ocx/src')).toEqual([
      '/home/me/project/redact/factory.go:12:3: undefined: foo',
    ]);
  });
});

describe('of modules that could not be downloaded', () => {
  // As `go list -mod=mod -deps` printed them, 0.165.0.
  const FORBIDDEN = `go: downloading github.com/contrib/processor/filterprocessor v0.165.0
/home/dev/go/pkg/mod/github.com/contrib/internal/filter@v0.165.0/filterottl/functions.go:21:2: github.com/contrib/pkg/ottl/contexts/xprofile@v0.165.0: reading https://proxy.example.com/github.com/contrib/pkg/ottl/contexts/xprofile/@v/v0.165.0.zip: 403 Forbidden
	server response: This module version is not available.
/home/dev/go/pkg/mod/github.com/contrib/internal/filter@v0.165.0/filterottl/filter.go:18:2: github.com/contrib/pkg/ottl/contexts/xprofile@v0.165.0: reading https://proxy.example.com/github.com/contrib/pkg/ottl/contexts/xprofile/@v/v0.165.0.zip: 403 Forbidden
	server response: This module version is not available.
plugins/route/main.go:12:2: github.com/contrib/connector/routingconnector@v0.165.0: reading https://proxy.example.com/github.com/contrib/connector/routingconnector/@v/v0.165.0.zip: 403 Forbidden
`;

  it('each is named once, with who imports it, unless that is what we wrote', () => {
    expect(missingModules(FORBIDDEN)).toEqual([
      {
        module: 'github.com/contrib/pkg/ottl/contexts/xprofile',
        version: 'v0.165.0',
        because: '403 Forbidden',
        importedBy: 'github.com/contrib/internal/filter/filterottl',
      },
      {
        module: 'github.com/contrib/connector/routingconnector',
        version: 'v0.165.0',
        because: '403 Forbidden',
        importedBy: null,
      },
    ]);
  });

  it('so is one that go.mod names itself, and a version that does not exist', () => {
    expect(
      missingModules(
        'go: example.com/a/b@v0.165.0: reading https://proxy.example.com/example.com/a/b/@v/v0.165.0.mod: 404 Not Found\n' +
          'go: example.com/c@v1.2.3: invalid version: unknown revision v1.2.3\n',
      ),
    ).toEqual([
      { module: 'example.com/a/b', version: 'v0.165.0', because: '404 Not Found', importedBy: null },
      { module: 'example.com/c', version: 'v1.2.3', because: 'unknown revision v1.2.3', importedBy: null },
    ]);
  });

  it('other failures are not blamed on a module', () => {
    // Of ocx build --offline with an empty module cache.
    expect(missingModules('go: github.com/knadh/koanf/maps@v0.1.1: module lookup disabled by GOPROXY=off\n')).toEqual([
      expect.objectContaining({ module: 'github.com/knadh/koanf/maps', because: expect.stringContaining('--fetch-only') }),
    ]);
    expect(missingModules('go: errors parsing go.mod:\ngo.mod:3: unknown directive: requires\n')).toEqual([]);
  });

  it('a failure of the network may be gone a moment later, a missing module not', () => {
    expect(isTransient('Get "https://proxy.example.com/x": dial tcp: i/o timeout')).toBe(true);
    expect(isTransient('reading https://proxy.example.com/x.zip: 502 Bad Gateway')).toBe(true);
    expect(isTransient(FORBIDDEN)).toBe(false);
  });
});
