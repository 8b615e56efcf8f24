import type { ComponentListing, ListedComponent } from '../../catalog/components.js';
import { stabilityText } from '../../components/stabilityText.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { EXIT, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { painter, VERDICT_SIGN } from '../output/style.js';
import { type Column, tableLines } from '../output/table.js';
import { hostLine, relativePath } from '../plugins/list.js';
import { type ComponentOptions, findComponents } from './listing.js';
import { componentsReport } from './report.js';

/** `ocx components list`: what the Collector and its plugins bring, by what their files say. Nothing is run. Exit code 0. */
export async function listComponentsCommand(options: ComponentOptions, shell: Shell): Promise<number> {
  const found = findComponents(options, shell);
  if (options.output !== 'table') {
    await shell.out.lines(dataLines(componentsReport(found, found.components), options.output));
    return EXIT.ok;
  }
  const paint = painter(shell.out.colour);
  await shell.out.lines([
    hostLine(found.host),
    clean(''),
    ...(found.components.length === 0
      ? [clean('no components')]
      : tableLines(found.components, COLUMNS, shell.out.columns, paint)),
    ...missingLines(found),
  ]);
  return EXIT.ok;
}

/** Plugins whose components are not to be had, and files that don't say what they bring. */
export function missingLines({ notLoaded, undescribed }: ComponentListing): CleanText[] {
  const lines = [
    ...notLoaded.map(({ path, because }) => cleaned`not loaded: ${relativePath(path)}: ${because}`),
    ...undescribed.map(({ path, because }) => cleaned`not described: ${relativePath(path)}: ${because}`),
  ];
  return lines.length === 0 ? [] : [clean(''), ...lines];
}

const COLUMNS: readonly Column<ListedComponent>[] = [
  {
    title: ' ',
    value: originSign,
    style: ({ origin }) => (origin.from === 'plugin' ? origin.verdict : 'plain'),
  },
  { title: 'kind', value: ({ descriptor }) => descriptor.kind },
  { title: 'type', value: ({ descriptor }) => descriptor.type },
  { title: 'stability', cut: 'end', value: ({ descriptor }) => stabilityText(descriptor.stability) },
  { title: 'module', cut: 'path', value: moduleText },
  { title: 'origin', cut: 'path', value: originText },
];

/** Of the plugin's verdict; empty for what is built in. */
export function originSign({ origin }: ListedComponent): string {
  return origin.from === 'plugin' ? VERDICT_SIGN[origin.verdict] : '';
}

export function originText({ origin }: ListedComponent): string {
  return origin.from === 'plugin' ? relativePath(origin.path) : origin.from;
}

export function moduleText({ descriptor: { module, version } }: ListedComponent): string {
  return `${module} ${version}`.trim();
}
