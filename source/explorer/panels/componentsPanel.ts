import type { ConfigField, FieldPath } from '../../components/configField.js';
import { configFields } from '../../components/configFields.js';
import type { Descriptor } from '../../components/descriptor.js';
import { allFields, pathText, undocumented } from '../../components/fieldRows.js';
import type { Json } from '../../components/json.js';
import { stabilityText } from '../../components/stabilityText.js';
import { type CleanText, clean, cleaned, cleanUpTo } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { width } from '../../terminal/width.js';
import { wrapped } from '../../terminal/wrap.js';
import { counted } from '../quantities.js';
import { blanks, cell, cutRow, EMPTY_ROW, type Row, span } from '../row.js';
import { configLines, configRow, configRows, configText } from './componentConfig.js';
import { describedComponents, foldKey, type TreeItem, treeItems } from './componentTree.js';
import { type Beside, type Block, contentOf, type Entrance, type PanelContent, type PanelContext } from './content.js';

/** Below this many columns, one of the two sides at a time. */
const BOTH = 100;

/** The components of a plugin as a tree of fields, beside the default configuration of the one under the cursor. */
export function componentsContent(context: PanelContext): PanelContent {
  const components = describedComponents(context.record);
  return context.componentsView.side === 'tree' ? treeContent(components, context) : configContent(components, context);
}

function treeContent(components: readonly Descriptor[], context: PanelContext): PanelContent {
  const { panel, componentsView: view, width: columns, focused, shape } = context;
  const left = leftColumns(columns);
  const items = treeItems(components, panel.filter, view);
  const current = items[Math.min(panel.cursor, items.length - 1)];
  const widths = fieldColumns(items, left);
  const blocks = items.map((item): Block => {
    const block = item.field === null ? componentBlock(item, left) : fieldBlock(item, item.field, widths);
    // A filter unfolds all it finds: there is nothing to fold, so Enter says all of what it is on.
    return panel.filter === '' ? block : { ...block, enter: item.field === null ? page(item.descriptor) : details(item.field) };
  });
  const described = current?.descriptor ?? components[0];
  const tree = contentOf(noteOf(components, described), empty(items, context), blocks);
  if (!described) return tree;
  return {
    ...tree,
    footing: [...(shape === 'full' ? [legend(described, columns)] : []), docsRow(focused ? current : undefined, columns)],
    config: configText(described, view.fields),
    described,
    ...(columns >= BOTH ? { beside: besideTree(described, focused ? fieldsUpTo(items, current) : [], context, left) } : {}),
  };
}

/** The field under the cursor, then those above it, up to its component. */
function fieldsUpTo(items: readonly TreeItem[], current: TreeItem | undefined): readonly FieldPath[] {
  if (!current?.field) return [];
  const above = items.slice(0, items.indexOf(current) + 1).reverse();
  return above.flatMap(({ descriptor, field }) => (field && descriptor === current.descriptor ? [field.path] : []));
}

function besideTree(described: Descriptor, fields: readonly FieldPath[], context: PanelContext, left: number): Beside {
  const lines = configLines(described, context.componentsView.fields, context.width - left - 2);
  return { side: 'right', left, rows: (height) => configRows(lines, fields, height) };
}

/** The other side: the configuration has the cursor, the tree stands beside it where there is room. */
function configContent(components: readonly Descriptor[], context: PanelContext): PanelContent {
  const { componentsView: view, width: columns, focused } = context;
  const items = treeItems(components, '', view);
  const described = items[Math.min(view.other.cursor, items.length - 1)]?.descriptor ?? components[0];
  if (!described) return contentOf(clean(''), [], []);
  const left = columns >= BOTH ? leftColumns(columns) : 0;
  const room = columns - left - 2;
  const lines = configLines(described, view.fields, room);
  const blocks = lines.map(
    (line): Block => ({
      height: 1,
      text: line.text,
      draw: (current) => {
        const row = configRow({ ...line, text: fit(line.text, room, 'end') }, current && focused);
        return [[span(clean(current ? '>' : ' '), 'focus'), ...(left === 0 ? [blanks(1)] : []), ...row]];
      },
    }),
  );
  const content = contentOf(noteOf(components, described), [], blocks);
  const beside: Beside = {
    side: 'left',
    left,
    rows(height) {
      const tree = treeContent(components, { ...context, focused: false, panel: view.other });
      return Array.from({ length: height }, (_, row) =>
        view.other.top + row < tree.rows ? tree.draw(view.other.top + row, -1) : EMPTY_ROW,
      );
    },
  };
  return {
    ...content,
    footing: [legend(described, columns)],
    config: configText(described, view.fields),
    described,
    ...(left === 0 ? {} : { beside }),
  };
}

function leftColumns(columns: number): number {
  return columns < BOTH ? columns : Math.min(80, Math.floor(columns * 0.46));
}

function noteOf(components: readonly Descriptor[], described: Descriptor | undefined): CleanText {
  return described ? cleaned`${components.indexOf(described) + 1} of ${components.length}` : clean('');
}

function empty(items: readonly TreeItem[], { panel, componentsView }: PanelContext): readonly Row[] {
  if (items.length > 0) return [];
  const what = panel.filter === '' ? 'No field is required' : `No field matches "${panel.filter}"`;
  const way = panel.filter !== '' ? 'Esc shows all.' : componentsView.fields === 'required' ? 'r shows all.' : '';
  return [[blanks(3), span(cleaned`${what}. ${way}`)]];
}

const MARK: Readonly<Record<'true' | 'false', string>> = { true: '▾', false: '▸' };

function foldSign(folded: boolean | null): CleanText {
  return clean(folded === null ? ' ' : MARK[folded ? 'false' : 'true']);
}

function componentBlock(item: TreeItem, columns: number): Block {
  const { descriptor, folded } = item;
  const { kind, type } = descriptor;
  const name = cleaned`${kind} ${type}`;
  const fields = configFields(descriptor);
  const without =
    fields === null ? wrapped(cleaned`${type} has no schema in its plugin. It says: ${sayings(descriptor)}.`, columns - 4) : [];
  return {
    height: 1 + without.length,
    text: name,
    enter: folded === null ? page(descriptor) : { type: 'fold', hint: clean(folded ? 'unfold' : 'fold'), key: foldKey(item) },
    draw: (current) => [
      cutRow(
        [
          span(clean(current ? '>' : ' '), 'focus'),
          span(foldSign(folded)),
          blanks(1),
          span(name, current ? 'current' : 'strong'),
          blanks(3),
          span(levels(descriptor.stability), 'secondary'),
        ],
        columns,
      ),
      ...without.map((line): Row => [blanks(3), span(line)]),
    ],
  };
}

function sayings({ kind, stability, module, version }: Descriptor): string {
  return [kind, stabilityText(stability), `${module} ${version}`.trim()].filter((part) => part !== '').join(', ');
}

/** `alpha (l t), beta (m)`: levels, and the signals that are at each, by their initials. */
function levels(stability: Readonly<Record<string, string>>): CleanText {
  const signals = Object.keys(stability).sort();
  if (signals.some((signal) => !INITIALS.has(signal))) return clean(stabilityText(stability));
  const all = [...new Set(signals.map((signal) => stability[signal] ?? ''))].sort();
  const parts = all.map(
    (level) =>
      `${level} (${signals
        .filter((one) => stability[one] === level)
        .map((one) => one[0])
        .join(' ')})`,
  );
  return clean(parts.join(', '));
}

const INITIALS: ReadonlySet<string> = new Set(['logs', 'metrics', 'profiles', 'traces']);

interface FieldColumns {
  /** Indent and all, with one blank after it. */
  readonly name: number;
  readonly type: number;
  readonly value: number;
}

/** As wide as the longest name and type, as far as a default of some characters still fits. */
function fieldColumns(items: readonly TreeItem[], columns: number): FieldColumns {
  const fields = items.flatMap(({ field, depth }) => (field ? [{ field, depth }] : []));
  const longest = (widths: readonly number[]) => widths.reduce((most, one) => Math.max(most, one), 0);
  const type =
    Math.min(longest(fields.map(({ field }) => width(clean(field.type)))), Math.max(7, Math.floor(columns * 0.27))) + 1;
  const wanted = longest(fields.map(({ field, depth }) => 2 * depth + 3 + width(nameText(field))));
  const name = Math.max(14, Math.min(wanted, columns - type - Math.max(9, Math.floor(columns * 0.2))));
  return { name, type, value: Math.max(0, columns - name - type - 1) };
}

function nameText(field: ConfigField): CleanText {
  const marks = `${field.required ? '*' : ''}${field.secret ? '$' : ''}`;
  return marks === '' ? clean(field.name) : cleaned`${field.name} ${marks}`;
}

function fieldBlock(item: TreeItem, field: ConfigField, columns: FieldColumns): Block {
  const { depth, folded, descriptor } = item;
  const indent = 2 * depth;
  const nameColumns = columns.name - indent - 2;
  const named = field.choices.map(String).filter((choice) => choice !== '');
  const choices = named.length > 0 && folded === null ? cleaned`${named.join(' | ')}` : null;
  return {
    height: choices === null ? 1 : 2,
    text: cleaned`${pathText(field.path)}  ${field.type}  ${defaultText(field)}`,
    enter:
      folded === null
        ? details(field)
        : { type: 'fold', hint: clean(folded ? 'unfold' : 'fold'), key: foldKey({ descriptor, field }) },
    draw: (current) => {
      const marks = `${field.required ? '*' : ''}${field.secret ? '$' : ''}`;
      const name = fit(clean(field.name), nameColumns - 1 - (marks === '' ? 0 : marks.length + 1), 'middle');
      const used = width(name) + (marks === '' ? 0 : marks.length + 1);
      const rows: Row[] = [
        [
          span(clean(current ? '>' : ' '), 'focus'),
          blanks(indent - 1),
          span(foldSign(folded)),
          blanks(1),
          span(name, current ? 'current' : field.deprecated ? 'secondary' : 'plain'),
          ...(marks === '' ? [] : [blanks(1), span(clean(marks), 'strong')]),
          blanks(nameColumns - used),
          cell(clean(field.type), columns.type - 1, 'end', 'secondary'),
          blanks(1),
          span(fit(defaultText(field), columns.value, 'end')),
        ],
      ];
      if (choices !== null)
        rows.push([
          blanks(indent + 4),
          span(fit(choices, columns.name + columns.type + columns.value - indent - 4, 'end'), 'secondary'),
        ]);
      return rows;
    },
  };
}

/** Values are short in a tree; all of one is in its details, and in the YAML. */
const VALUE_CHARACTERS = 200;

function defaultText(field: ConfigField): CleanText {
  const { default: given, shape, children } = field;
  if (shape === 'group') {
    const fields = counted(children.length, 'field');
    return given.state === 'set' ? fields : cleaned`not set, ${fields}`;
  }
  if (given.state === 'not set') return clean('not set');
  const value = valueText(given.value);
  return given.state === 'set' ? value : cleaned`(${value})`;
}

function valueText(value: Json): CleanText {
  return cleanUpTo(typeof value === 'string' && value !== '' ? value : JSON.stringify(value), VALUE_CHARACTERS);
}

/** `* = required   $ = secret`, as far as there are any, and what nobody wrote docs for. */
function legend(descriptor: Descriptor, columns: number): Row {
  const fields = configFields(descriptor) ?? [];
  const all = allFields(fields);
  const parts = [
    all.some(({ required }) => required) ? '* = required' : '',
    all.some(({ secret }) => secret) ? '$ = secret' : '',
    all.some(({ default: { state } }) => state === 'once given') ? '(value) = once its section is given' : '',
    bare(undocumented(fields)),
  ].filter((part) => part !== '');
  return cutRow([blanks(1), span(clean(parts.join('   ')), 'secondary')], columns);
}

function bare(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '1 field has no documentation' : `${count} fields have no documentation`;
}

/** The first line of what is written about the row under the cursor. */
function docsRow(item: TreeItem | undefined, columns: number): Row {
  const docs = item?.field ? item.field.docs : (item?.descriptor.description ?? null);
  const line = docs?.split('\n').find((part) => part.trim() !== '');
  if (line === undefined) return [];
  return [blanks(1), span(fit(cleanUpTo(line.trim(), 1000), columns - 1, 'end'))];
}

function details(field: ConfigField): Entrance {
  return { type: 'page', title: cleaned`${pathText(field.path)}`, lines: fieldPage(field), hint: clean('details') };
}

function fieldPage(field: ConfigField): readonly CleanText[] {
  const { default: given, choices, docs } = field;
  const facts = [
    `type      ${field.type}`,
    `default   ${given.state === 'not set' ? 'not set' : JSON.stringify(given.value)}${given.state === 'once given' ? ', once its section is given' : ''}`,
    ...(choices.length > 0 ? [`one of    ${choices.map((choice) => (choice === '' ? '""' : String(choice))).join(', ')}`] : []),
    ...(field.required ? ['required  the component refuses a configuration without it'] : []),
    ...(field.secret ? ['secret    never shown; keep it in an environment variable'] : []),
    ...(field.deprecated ? ['deprecated'] : []),
  ];
  return [...facts, '', ...(docs ?? 'Nobody has written about it.').split(/\r?\n/)].map((line) => cleanUpTo(line, 4000));
}

/** What is said of a component as a whole: its module, what it warns of, its docs. */
export function componentPage(descriptor: Descriptor): { readonly title: CleanText; readonly lines: readonly CleanText[] } {
  const { kind, type, description, warnings, defaultConfigFaults, docs, stability, module, version } = descriptor;
  const said = (name: string, value: string) => (value === '' ? [] : [`${name.padEnd(10)}${value}`]);
  const lines = [
    ...said('about', description ?? ''),
    ...said('module', `${module} ${version}`.trim()),
    ...said('stability', stabilityText(stability)),
    ...warnings.map((warning) => `warning   ${warning}`),
    ...defaultConfigFaults.map((fault) => `as it is  not valid: ${fault}`),
    '',
    ...(docs ?? 'It brings no docs.').split(/\r?\n/),
  ];
  return { title: cleaned`${kind} ${type}`, lines: lines.map((line) => cleanUpTo(line, 4000)) };
}

function page(descriptor: Descriptor): Entrance {
  return { type: 'page', ...componentPage(descriptor), hint: clean('details') };
}
