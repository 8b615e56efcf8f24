import type { ConfigCheck } from '../catalog/configCheck.js';
import type { Probe } from '../catalog/probe.js';
import type { CatalogSnapshot, PluginRecord, Recheck } from '../catalog/record.js';
import type { ShownFields } from '../components/defaultConfig.js';
import type { Evidence } from '../evidence/evidence.js';
import type { CleanText } from '../terminal/clean.js';
import type { Size } from '../terminal/size.js';
import type { Verdict } from '../verdict/judgement.js';
import type { Saved } from './actions/asking.js';
import type { Command } from './bindings/binding.js';
import type { FileDetails, NameForm, SymbolSource } from './details.js';
import type { Place } from './elsewhere.js';
import type { PanelId } from './panels/panelIds.js';
import type { SortOrder } from './plugins/order.js';
import type { SavedText } from './savedText.js';
import type { Over, Target } from './saving.js';
import type { SearchResult, SymbolOrder } from './symbolSearch.js';
import type { Trial } from './trial.js';
import type { Standing } from './words.js';

/** All the explorer knows. The screen is a function of it; `reduce` is the only thing that makes a new one. */
/** What opening a plugin in a child process showed; `ran`: its init functions did run. */
export interface SeenOpened {
  readonly text: CleanText;
  readonly ran: boolean;
}

export interface State {
  readonly size: Size;
  readonly snapshot: CatalogSnapshot;
  readonly list: ListState;
  readonly marked: ReadonlySet<string>;
  readonly focus: 'list' | 'panel';
  readonly zoomed: boolean;
  /** The panel that was asked for. Not every file has it: `visiblePanel` has the answer. */
  readonly panel: PanelId;
  /** The file the panel shows: follows the list's cursor, late. */
  readonly shown: string | null;
  readonly panels: Readonly<Record<PanelId, PanelState>>;
  /** Where Enter came from, when it jumped to the evidence of a finding. */
  readonly back: { readonly panel: PanelId; readonly at: PanelState } | null;
  /** A row in which text is being typed. */
  readonly input: FilterInput | null;
  readonly sheet: Sheet | null;
  /** A question in the key row. */
  readonly ask: Ask | null;
  /** What the palette was last used for, newest first. */
  readonly recent: readonly Command[];
  /** Takes the key row until the next key. */
  readonly message: CleanText | null;
  /** Files whose verdict changed while nobody was looking at them. */
  readonly changes: ReadonlyMap<string, CleanText>;
  /** The last verdict of each file, also while it is read again. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly log: readonly LogEntry[];
  /** Plugins that are being read and judged again; null when none is. */
  readonly validation: Validation | null;
  /** What the last validation read of each file: the same news is not told twice. */
  readonly rechecked: ReadonlySet<Evidence>;
  /** What opening each file showed last, as of one reading of it. */
  readonly opened: ReadonlyMap<string, SeenOpened & { readonly evidence: Evidence }>;
  /** Symbols and sections of the file that is shown, once a panel wanted them. */
  readonly details: Details | null;
  readonly search: SearchResult | null;
  readonly form: NameForm;
  readonly symbolOrder: SymbolOrder;
  readonly sectionsView: SectionsView;
  readonly componentsView: ComponentsView;
  /** The load order that is tried in panel 6; null for that of the directory. */
  readonly trial: Trial | null;
  /** The sha256 of a file, as of one reading of it, or how far it has got. */
  readonly hash: { readonly evidence: Evidence; readonly text: CleanText } | null;
  /** Milliseconds: when the list's cursor last moved. */
  readonly movedAt: number;
}

export interface ListState {
  /** Path of the record under the cursor: the selection is a file, not a row. */
  readonly current: string | null;
  /** First row shown. */
  readonly top: number;
  readonly sort: SortOrder;
  readonly filter: string;
}

export interface PanelState {
  readonly cursor: number;
  /** First row shown. */
  readonly top: number;
  readonly filter: string;
  /** Equal rows, or the items of a finding, are shown one by one. */
  readonly unfolded: boolean;
}

export interface FilterInput {
  readonly pane: 'list' | 'panel';
  readonly text: string;
  /** The file under the cursor when typing began: it is again whenever the filter lets it. */
  readonly from: string | null;
}

/** Panel 8 has two tables. */
export type SectionsView = 'sections' | 'dependencies';

/** How panel 4 is looked at. */
export interface ComponentsView {
  /** What has the cursor: the tree of fields, or the default configuration beside it. */
  readonly side: 'tree' | 'config';
  /** Where the cursor of the other side is. */
  readonly other: PanelState;
  /** Components and groups (see `foldKey`) that are not as they were at first: folded by hand, or unfolded. */
  readonly toggled: ReadonlySet<string>;
  readonly fields: ShownFields;
}

/** What lies over the panel until it is closed. */
export type Sheet =
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'page'; readonly title: CleanText; readonly lines: readonly CleanText[]; readonly top: number }
  | { readonly kind: 'explain'; readonly code: string; readonly top: number }
  | PickSheet
  | PaletteSheet;

/** One of a few: ink-select-input has the keys while it is open. */
export interface PickSheet {
  readonly kind: 'pick';
  readonly of: 'sort' | 'symbol sort' | 'host' | 'directory';
  readonly items: readonly { readonly value: string; readonly label: CleanText }[];
  readonly highlighted: number;
}

/** What can be written to a file: a pane as it is shown, or a default configuration. */
export type SavedPane = 'list' | 'panel' | 'config';

export type Ask =
  | {
      readonly kind: 'path';
      readonly about: 'save' | 'directory' | 'host' | 'config';
      /** What is to be saved. */
      readonly pane: SavedPane;
      readonly text: string;
      /** Null until it was looked up. */
      readonly there: Target | null;
    }
  | {
      readonly kind: 'overwrite';
      readonly pane: SavedPane;
      readonly text: string;
      readonly size: number;
      readonly at: CleanText;
    }
  /** Leaving would stop what runs. */
  | { readonly kind: 'quit' };

export interface PaletteSheet {
  readonly kind: 'palette';
  readonly text: string;
  readonly cursor: number;
}

/** The lists of one file, as of one reading of it. */
export type Details = { readonly evidence: Evidence } & (
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly of: FileDetails }
  | { readonly state: 'unreadable'; readonly because: CleanText }
);

export type LogEntry = LogNote | LogCheck | LogRun;

/** Something happened. */
export interface LogNote {
  readonly at: CleanText;
  readonly text: CleanText;
}

/** One file was read and judged again. */
export interface LogCheck extends LogNote {
  readonly file: CleanText;
  readonly standing: Standing;
  /** In words: the cause, or what it brings. */
  readonly outcome: CleanText;
  readonly took: CleanText;
  /** `as before`, `was fails`. */
  readonly before: CleanText;
  readonly checked: readonly string[];
  readonly notChecked: readonly string[];
  /** How it was looked at: `read and judged in 38 ms, as before; not opened`. */
  readonly how: CleanText;
}

/** A program was run: all it said. */
export interface LogRun extends LogNote {
  readonly title: CleanText;
  readonly lines: readonly CleanText[];
}

export interface Validation {
  readonly of: number;
  readonly done: number;
  /** Whole seconds since it began. */
  readonly seconds: number;
}

/** Whether plugins that load by their bytes are opened too, and how long each may take; else why not. */
export type Opening = { readonly seconds: number } | { readonly because: string };

/** Something that happened. */
export type Action =
  | { readonly type: 'key'; readonly key: string; readonly at: number }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'snapshot'; readonly snapshot: CatalogSnapshot; readonly at: Date }
  | { readonly type: 'follow' }
  | { readonly type: 'details'; readonly details: Details }
  | { readonly type: 'found'; readonly result: SearchResult }
  | { readonly type: 'size'; readonly size: Size }
  | { readonly type: 'validating'; readonly paths: readonly string[]; readonly opening: Opening; readonly at: Date }
  | {
      readonly type: 'rechecked';
      readonly path: string;
      readonly result: Recheck | null;
      /** Null where it was not opened. */
      readonly probe: Probe | null;
      readonly at: Date;
    }
  | { readonly type: 'config checked'; readonly path: string; readonly check: ConfigCheck; readonly at: Date }
  | { readonly type: 'second' }
  | { readonly type: 'validated'; readonly at: Date }
  | { readonly type: 'seen'; readonly path: string; readonly target: Target }
  | { readonly type: 'saved'; readonly path: string; readonly saved: Saved; readonly at: Date }
  | { readonly type: 'found places'; readonly of: 'host' | 'directory'; readonly paths: readonly string[] }
  | { readonly type: 'opened'; readonly place: Place; readonly snapshot: CatalogSnapshot; readonly at: Date }
  | { readonly type: 'said'; readonly text: CleanText; readonly at: Date }
  | { readonly type: 'hashed'; readonly evidence: Evidence; readonly text: CleanText }
  | { readonly type: 'pick highlighted'; readonly index: number }
  | { readonly type: 'picked'; readonly index: number };

/** Something to be done outside. */
export type Effect =
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' }
  | { readonly type: 'redraw' }
  /** The panel is to show the file under the cursor: when the keys at hand are done, or when they have stopped. */
  | { readonly type: 'follow' }
  | { readonly type: 'follow later' }
  | { readonly type: 'read details'; readonly path: string; readonly evidence: Evidence }
  | {
      readonly type: 'search';
      readonly source: SymbolSource;
      readonly filter: string;
      readonly form: NameForm;
      readonly order: SymbolOrder;
    }
  | { readonly type: 'copy'; readonly text: CleanText }
  | { readonly type: 'validate'; readonly paths: readonly string[] }
  | { readonly type: 'stop validation' }
  | { readonly type: 'check config'; readonly path: string }
  | { readonly type: 'look at'; readonly path: string }
  | {
      readonly type: 'save';
      readonly path: string;
      readonly pane: SavedPane;
      readonly over: Over;
      readonly text: SavedText;
    }
  | { readonly type: 'hash'; readonly path: string; readonly evidence: Evidence }
  | { readonly type: 'find places'; readonly of: 'host' | 'directory' }
  | { readonly type: 'open'; readonly place: Place }
  | { readonly type: 'prefer'; readonly paths: readonly string[] };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const only = (state: State): Step => ({ state, effects: [] });

const FRESH_PANEL: PanelState = { cursor: 0, top: 0, filter: '', unfolded: false };

export function initialState(snapshot: CatalogSnapshot, size: Size): State {
  const first = snapshot.plugins[0]?.path ?? null;
  return {
    size,
    snapshot,
    list: { current: first, top: 0, sort: 'load order', filter: '' },
    marked: new Set(),
    focus: 'list',
    zoomed: false,
    panel: 'overview',
    shown: first,
    panels: {
      overview: FRESH_PANEL,
      manifest: FRESH_PANEL,
      components: FRESH_PANEL,
      findings: FRESH_PANEL,
      plan: FRESH_PANEL,
      log: FRESH_PANEL,
      symbols: FRESH_PANEL,
      sections: FRESH_PANEL,
    },
    back: null,
    input: null,
    sheet: null,
    ask: null,
    recent: [],
    message: null,
    changes: new Map(),
    verdicts: verdictsOf(snapshot.plugins, new Map()),
    log: [],
    validation: null,
    rechecked: new Set(),
    opened: new Map(),
    details: null,
    search: null,
    form: 'demangled',
    symbolOrder: 'table',
    sectionsView: 'sections',
    componentsView: { side: 'tree', other: FRESH_PANEL, toggled: new Set(), fields: 'in force' },
    trial: null,
    hash: null,
    movedAt: Number.NEGATIVE_INFINITY,
  };
}

/** The verdicts in `plugins`; of those being read again, the last one known. */
export function verdictsOf(plugins: readonly PluginRecord[], known: ReadonlyMap<string, Verdict>): ReadonlyMap<string, Verdict> {
  const result = new Map<string, Verdict>();
  for (const record of plugins) {
    const verdict =
      record.state === 'judged' ? record.judgement.verdict : record.state === 'ignored' ? undefined : known.get(record.path);
    if (verdict) result.set(record.path, verdict);
  }
  return result;
}

export function recordOf(state: State, path: string | null): PluginRecord | null {
  return path === null ? null : (state.snapshot.plugins.find((record) => record.path === path) ?? null);
}
