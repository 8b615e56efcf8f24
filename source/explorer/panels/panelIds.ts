/** Panels keep their numbers for good; one that does not exist yet has none here. */
export const PANELS = [
  { id: 'overview', number: 1, name: 'Overview', short: 'Over' },
  { id: 'manifest', number: 2, name: 'Manifest', short: 'Manif' },
  { id: 'symbols', number: 3, name: 'Symbols', short: 'Symb' },
  { id: 'components', number: 4, name: 'Components', short: 'Comp' },
  { id: 'findings', number: 5, name: 'Findings', short: 'Find' },
  { id: 'plan', number: 6, name: 'Load plan', short: 'Plan' },
  { id: 'log', number: 7, name: 'Log', short: 'Log' },
  { id: 'sections', number: 8, name: 'Sections', short: 'Sect' },
] as const;

export type PanelId = (typeof PANELS)[number]['id'];
