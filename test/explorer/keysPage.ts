import type { Binding } from '../../source/explorer/bindings/binding.js';
import { BINDINGS } from '../../source/explorer/bindings.js';
import { PANELS } from '../../source/explorer/panels/panelIds.js';
import { STANDINGS } from '../../source/explorer/words.js';

const COLUMNS = { everywhere: 'Everywhere', look: 'Looking', do: 'Doing', here: 'In one place' } as const;

/** docs/keys.md, from the table that drives the program. */
export function keysPage(): string {
  const sections = Object.entries(COLUMNS).map(([column, title]) => {
    const rows = BINDINGS.filter((binding) => binding.column === column && binding.name !== null).map(rowOf);
    return `## ${title}\n\n| key | what it does | where |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  const signs = Object.values(STANDINGS).map(({ sign, word }) => `| \`${sign}\` | ${word} |`);
  return `# Keys of the explorer

Written from the key table in \`source/explorer/bindings.ts\`, which also makes help (\`?\`), the palette (\`:\`) and the last row of the
screen; a test fails when this page is stale, and \`npx vitest run test/explorer/docs.test.ts -u\` writes it again. A key that would do
nothing is not bound there: the palette says why.

${sections.join('\n')}
## In a picker, the palette, a filter or a question

Pickers: arrows or \`j\` \`k\`, a digit, Enter; Esc leaves. The palette and filters: type; Enter does it, Esc clears first, then leaves.
\`:123\` goes to a row. Filters: words are all wanted, \`!word\` must not be there, \`/re/\` is a regular expression; small letters match
both cases. Where a file would be written over: \`o\` overwrites, \`r\` renames, Esc cancels, Enter does nothing.

## Signs

| sign | it means |
|---|---|
${signs.join('\n')}
`;
}

function rowOf({ shown, keys, name, where }: Binding): string {
  const key =
    keys.length === 0
      ? 'by name, in `:`'
      : shown
          .split(' ')
          .map((part) => `\`${part}\``)
          .join(' ');
  return `| ${key} | ${name} | ${where.map(placeName).join(', ')} |`;
}

function placeName(place: string): string {
  if (place === 'panes') return 'list and panels';
  return PANELS.find(({ id }) => id === place)?.name ?? place;
}
