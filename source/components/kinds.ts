/** The five kinds of components a Collector has, in the order data flow through a pipeline. */
export const COMPONENT_KINDS = ['receiver', 'processor', 'exporter', 'connector', 'extension'] as const;
export type ComponentKind = (typeof COMPONENT_KINDS)[number];

/** What can stand as a component's type (go.opentelemetry.io/collector/component: NewType). */
export const COMPONENT_TYPE = /^[a-zA-Z][0-9a-zA-Z_]{0,62}$/;

/** Section of a configuration file that components of a kind stand in: `processors`. */
export function sectionOf(kind: ComponentKind): string {
  return `${kind}s`;
}

/** -1, 0, 1: by kind in the order of a pipeline, then by type. */
export function byKindAndType(
  a: { readonly kind: ComponentKind; readonly type: string },
  b: { readonly kind: ComponentKind; readonly type: string },
): number {
  const kinds = COMPONENT_KINDS.indexOf(a.kind) - COMPONENT_KINDS.indexOf(b.kind);
  if (kinds !== 0) return kinds;
  return a.type < b.type ? -1 : a.type > b.type ? 1 : 0;
}
