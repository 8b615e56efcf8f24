// Parts of dependencies that the bundle has in a leaner form. Each change says what it looks for, and fails the build when
// another release no longer has it.
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** @returns {import('esbuild').Plugin} */
export function leanParts() {
  return {
    name: 'lean parts',
    setup(build) {
      build.onLoad({ filter: /[\\/]node_modules[\\/]string-width[\\/]index\.js$/ }, async ({ path }) => ({
        contents: lazyStringWidth(await readFile(path, 'utf8'), path),
      }));
      build.onLoad({ filter: /[\\/]ink[\\/]build[\\/]measure-text\.js$/ }, async ({ path }) => ({
        contents: replaced(
          await readFile(path, 'utf8'),
          path,
          'cache.set(',
          'if (cache.size > 500) cache.clear();\n    cache.set(',
        ),
      }));
      // 120 kB that most commands never ask for: a file of its own, which is required when one of its functions is called.
      build.onResolve({ filter: /^yaml$/ }, () => ({ path: 'yaml', namespace: 'lazy' }));
      build.onResolve({ filter: /^\.\/yaml\.cjs$/ }, () => ({ path: './yaml.cjs', external: true }));
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, async () => ({
        contents: lazyModule(Object.keys(await import('yaml'))),
      }));
      // The pages of findings, 22 kB, are for whoever explains one: source/verdict/findingPages.ts.
      build.onResolve({ filter: /[\\/]findings\.json$/ }, ({ path, importer }) =>
        /[\\/]verdict[\\/]finding\.ts$/.test(importer)
          ? { path: resolve(dirname(importer), path), namespace: 'without-pages' }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'without-pages' }, async ({ path }) => ({
        contents: JSON.stringify(withoutPages(JSON.parse(await readFile(path, 'utf8')))),
        loader: 'json',
      }));
      // Rows that one text fills go through as they are: see source/terminal/inkOutput.ts.
      build.onResolve({ filter: /^\.\/output\.js$/ }, ({ importer }) =>
        /[\\/]ink[\\/]build[\\/]renderer\.js$/.test(importer)
          ? { path: join(dirname(importer), 'output.js'), namespace: 'lean-output' }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'lean-output' }, ({ path }) => ({
        contents: `import Output from ${JSON.stringify(path)};
import { leanOutput } from ${JSON.stringify(resolve('source/terminal/inkOutput.ts'))};
export default leanOutput(Output);`,
        resolveDir: dirname(path),
      }));
    },
  };
}

function withoutPages({ findings, ...rest }) {
  return { ...rest, findings: findings.map(({ explain: _page, ...kind }) => kind) };
}

/** Exports of a module that is loaded when one of them is called, constructed or looked into. */
function lazyModule(names) {
  const exported = names.filter((name) => name !== 'default' && name !== 'module.exports');
  return `let loaded;
const lazy = (name) => {
  const real = () => (loaded ??= require('./yaml.cjs'))[name];
  return new Proxy(function () {}, {
    apply: (_, self, values) => Reflect.apply(real(), self, values),
    construct: (_, values) => Reflect.construct(real(), values),
    get: (_, property) => Reflect.get(real(), property),
  });
};
${exported.map((name) => `export const ${name} = /* @__PURE__ */ lazy('${name}');`).join('\n')}
`;
}

/**
 * string-width parses the list of all emoji when it is loaded (30 ms), and asks it for every sign that is not ASCII. Here the
 * signs that ocx draws count one at once, with or without colours, and the list is parsed for the first other character.
 */
function lazyStringWidth(source, path) {
  const imports = source.match(/^import .*$/gm) ?? [];
  const body = replaced(source, path, 'export default function stringWidth(', 'function stringWidth(').replace(
    /^import .*$/gm,
    '',
  );
  return `${imports.join('\n')}
const PLAIN = /^[\\x20-\\x7e━─│…▸▾]*$/;
const SGR = /\\x1b\\[[0-9;]*m/g;
let full;
export default function (input, options) {
  if (typeof input === 'string' && options === undefined) {
    const text = input.includes('\\x1b') ? input.replace(SGR, '') : input;
    if (PLAIN.test(text)) return text.length;
  }
  full ??= make();
  return full(input, options);
}
function make() {
${body}
return stringWidth;
}`;
}

function replaced(source, path, from, to) {
  if (!source.includes(from)) throw new Error(`${path} no longer has "${from}": scripts/leanParts.mjs has to follow`);
  return source.replace(from, to);
}
