import type { PluginRecord } from '../../catalog/record.js';
import type { ConfigField } from '../../components/configField.js';
import { configFields } from '../../components/configFields.js';
import type { Descriptor } from '../../components/descriptor.js';
import { fieldRows, foldedAtFirst, pathText } from '../../components/fieldRows.js';
import { describedIn } from '../../components/readDescriptors.js';
import { matcherOf } from '../matcher.js';
import type { ComponentsView } from '../state.js';

/** One row of the tree of components: a component, or a field of its configuration. */
export interface TreeItem {
  readonly descriptor: Descriptor;
  /** Null: the component itself. */
  readonly field: ConfigField | null;
  /** 0 for a component. */
  readonly depth: number;
  /** Null for what has nothing below it. */
  readonly folded: boolean | null;
}

/** What a plugin says of its components; none where it carries no descriptors. */
export function describedComponents(record: PluginRecord | null): readonly Descriptor[] {
  if (record?.state !== 'judged') return [];
  return describedIn(record.evidence?.manifest.descriptors ?? null)?.components ?? [];
}

/** By what a fold is remembered: `processor filter`, `processor filter::traces::span`. */
export function foldKey({ descriptor: { kind, type }, field }: Pick<TreeItem, 'descriptor' | 'field'>): string {
  return field === null ? `${kind} ${type}` : `${kind} ${type}::${pathText(field.path)}`;
}

/** The rows of the tree. With a filter: fields it accepts, below the groups they are in, and nothing is folded. */
export function treeItems(components: readonly Descriptor[], filter: string, view: ComponentsView): readonly TreeItem[] {
  return components.flatMap((descriptor) => {
    const fields = shownFields(configFields(descriptor) ?? [], filter, view);
    const top = { descriptor, field: null };
    // Of several the first is open: the eye finds what a tree of fields looks like, and the others below it.
    const folded = filter === '' && isToggled(view, foldKey(top)) !== (descriptor !== components[0]);
    const component: TreeItem = { ...top, depth: 0, folded: fields.length === 0 ? null : folded };
    if (folded || (filter !== '' && fields.length === 0)) return filter === '' ? [component] : [];
    const rows = fieldRows(fields, filter === '' ? foldedGroups(descriptor, fields, view) : new Set());
    return [component, ...rows.map(({ field, depth, folded: is }) => ({ descriptor, field, depth: depth + 1, folded: is }))];
  });
}

const isToggled = (view: ComponentsView, key: string): boolean => view.toggled.has(key);

/** Those folded at first, but for what was unfolded by hand; and the other way round. */
function foldedGroups(descriptor: Descriptor, fields: readonly ConfigField[], view: ComponentsView): ReadonlySet<string> {
  const folded = foldedAtFirst(fields);
  const prefix = `${descriptor.kind} ${descriptor.type}::`;
  for (const key of view.toggled) {
    if (!key.startsWith(prefix)) continue;
    const path = key.slice(prefix.length);
    if (!folded.delete(path)) folded.add(path);
  }
  return folded;
}

function shownFields(fields: readonly ConfigField[], filter: string, view: ComponentsView): readonly ConfigField[] {
  const required = view.fields === 'required' ? only(fields, (field) => field.required) : fields;
  if (filter === '') return required;
  const { matches } = matcherOf(filter);
  return only(required, ({ path, type }) => matches(`${pathText(path)} ${type}`));
}

/** The fields that `wanted` accepts, and the groups around them. */
function only(fields: readonly ConfigField[], wanted: (field: ConfigField) => boolean): readonly ConfigField[] {
  return fields.flatMap((field) => {
    const children = only(field.children, wanted);
    return children.length > 0 || wanted(field) ? [{ ...field, children }] : [];
  });
}
