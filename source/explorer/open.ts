import { THIS_MACHINE } from '../catalog/machine.js';
import { takesPluginFlags, whyHostNotProbes } from '../catalog/probe.js';
import type { LiveCatalog } from '../catalog/record.js';
import type { Evidence } from '../evidence/evidence.js';
import { charsetOf, colorLevelOf } from '../terminal/capabilities.js';
import { clean, cleaned } from '../terminal/clean.js';
import type { KeyEvent } from '../terminal/keys.js';
import { Session } from '../terminal/session.js';
import type { Saved } from './actions/asking.js';
import type { FileDetails } from './details.js';
import { Drawing } from './drawing.js';
import type { Elsewhere, Place } from './elsewhere.js';
import { printed } from './ending.js';
import { sha256Of } from './hashing.js';
import { KeyPump } from './keyPump.js';
import type { Prober, Probing } from './prober.js';
import { readDetails } from './readDetails.js';
import { reduce } from './reducer.js';
import { type Opener, Revalidation } from './revalidation.js';
import { saveText, targetAt } from './saving.js';
import { type Action, type Effect, initialState, type State } from './state.js';
import { SymbolSearch } from './symbolSearch.js';
import { backgroundOf, stylesOf, type ThemeName } from './theme.js';
import { fullPath, sentenceOf } from './typedPath.js';

/** How long the panel waits for the cursor to come to rest (ms). */
const FOLLOW_MS = 80;

export interface ExplorerOptions {
  readonly catalog: LiveCatalog;
  readonly elsewhere: Elsewhere;
  readonly prober: Prober;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly theme: ThemeName;
  /** Undefined: what the locale and TERM say. */
  readonly ascii: boolean | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
}

/** Runs the explorer until it is left; the terminal is as it was, and the exit code says how it ended. */
export async function openExplorer(options: ExplorerOptions): Promise<number> {
  const explorer = new Explorer(options);
  const { code, message } = await explorer.run();
  if (message !== null) process.stderr.write(printed(message));
  return code;
}

/** Brings together the state, the screen and the terminal: it decides nothing. */
class Explorer {
  readonly #options: ExplorerOptions;
  #catalog: LiveCatalog;
  #unsubscribe = () => {};
  #saving: Promise<void> = Promise.resolve();
  #isOver = false;
  #hashing = new AbortController();
  readonly #session: Session;
  readonly #drawing: Drawing;
  readonly #pump: KeyPump;
  #state: State;
  #details: FileDetails | null = null;
  readonly #search = new SymbolSearch((result) => this.#dispatch({ type: 'found', result }));
  readonly #revalidation: Revalidation;
  /** The Collector that is being asked about a configuration. */
  #asking: Probing;
  #followTimer: NodeJS.Timeout | null = null;
  #followIsDue = false;

  constructor(options: ExplorerOptions) {
    this.#options = options;
    this.#catalog = options.catalog;
    this.#session = new Session(options.stdin, options.stdout, options.env, {
      onKeys: (events) => {
        this.#pump.push(events);
        this.#followNow();
      },
      onScreen: (size) => {
        this.#drawing.resize(size);
        this.#dispatch({ type: 'size', size });
        this.#drawing.restart(size);
      },
      onSuspend: () => this.#drawing.pause(),
      onDrain: () => this.#drawing.drained(),
    });
    const { size } = this.#session;
    this.#drawing = new Drawing({
      size,
      charset: options.ascii === undefined ? charsetOf(options.env) : options.ascii ? 'ascii' : 'unicode',
      styles: stylesOf(options.theme, colorLevelOf(options.env), backgroundOf(options.env)),
      write: (bytes) => this.#session.write(bytes),
      state: () => this.#state,
      dispatch: this.#dispatch,
      fail: (error) => this.#session.fail(error),
    });
    this.#pump = new KeyPump({
      pickerIsOpen: () => this.#state.sheet?.kind === 'pick',
      toPicker: (bytes) => this.#drawing.pressInPicker(bytes),
      toReducer: (event) => this.#key(event),
    });
    this.#asking = options.prober.begin();
    this.#revalidation = new Revalidation((path) => this.#catalog.recheck(path), {
      onResult: (path, result, probe) => this.#dispatch({ type: 'rechecked', path, result, probe, at: options.now() }),
      onSecond: () => this.#dispatch({ type: 'second' }),
      onEnd: () => this.#dispatch({ type: 'validated', at: options.now() }),
    });
    this.#state = initialState(options.catalog.snapshot, size);
  }

  async run() {
    this.#subscribe();
    this.#session.start();
    const ending = await this.#session.ended;
    this.#isOver = true;
    this.#hashing.abort();
    this.#unsubscribe();
    this.#stopFollowing();
    this.#drawing.close();
    this.#revalidation.stop();
    this.#asking.stop();
    this.#search.stop();
    await this.#saving;
    this.#details?.close();
    this.#catalog.close();
    return ending;
  }

  #subscribe(): void {
    const { now } = this.#options;
    this.#unsubscribe = this.#catalog.subscribe((snapshot) => this.#dispatch({ type: 'snapshot', snapshot, at: now() }));
  }

  #key(event: KeyEvent): void {
    if (event.kind === 'paste') this.#dispatch({ type: 'paste', text: event.text });
    else this.#dispatch({ type: 'key', key: event.kind === 'key' ? event.key : event.text, at: performance.now() });
  }

  readonly #dispatch = (action: Action): void => {
    const { state, effects } = reduce(this.#state, action);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    this.#drawing.request();
  };

  #run(effect: Effect): void {
    switch (effect.type) {
      case 'quit':
        this.#session.end({ code: 0, message: null });
        return;
      case 'suspend':
        this.#session.suspend();
        return;
      case 'redraw':
        this.#session.redraw();
        return;
      case 'follow':
        this.#followIsDue = true;
        return;
      case 'follow later':
        this.#stopFollowing();
        this.#followTimer = setTimeout(() => this.#dispatch({ type: 'follow' }), FOLLOW_MS);
        return;
      case 'read details':
        // After the frame that says so: a big symbol table takes a while.
        setImmediate(() => this.#readDetails(effect.path, effect.evidence));
        return;
      case 'search':
        this.#search.start(effect.source, effect.filter, effect.form, effect.order);
        return;
      case 'copy':
        // OSC 52: the terminal's own clipboard, also over SSH.
        this.#session.write(`\x1b]52;c;${Buffer.from(effect.text).toString('base64')}\x07`);
        return;
      case 'validate':
        this.#validate(effect.paths);
        return;
      case 'check config':
        void this.#checkConfig(effect.path);
        return;
      case 'stop validation':
        this.#revalidation.stop();
        return;
      case 'look at':
        this.#dispatch({ type: 'seen', path: effect.path, target: targetAt(fullPath(effect.path)) });
        return;
      case 'save':
        this.#saving = this.#save(effect);
        return;
      case 'hash':
        void this.#hash(effect.path, effect.evidence);
        return;
      case 'find places':
        void this.#findPlaces(effect.of);
        return;
      case 'open':
        this.#open(effect.place);
        return;
      case 'prefer':
        this.#catalog.prefer(effect.paths);
        return;
    }
  }

  #validate(paths: readonly string[]): void {
    const { prober, now } = this.#options;
    const { host } = this.#state.snapshot;
    const because = whyHostNotProbes(host, THIS_MACHINE);
    const opener = because === null && host.state === 'read' ? openerOf(prober, host.path) : null;
    const opening = opener ? { seconds: prober.limit / 1000 } : { because: because ?? 'there is no host' };
    this.#dispatch({ type: 'validating', paths, opening, at: now() });
    this.#revalidation.start(paths, opener).catch((error: unknown) => this.#session.fail(error));
  }

  async #checkConfig(path: string): Promise<void> {
    const { prober, now } = this.#options;
    const { host, place } = this.#state.snapshot;
    if (host.state !== 'read') return;
    this.#asking.stop();
    this.#asking = prober.begin();
    try {
      const check = await this.#asking.checkConfig(host.path, takesPluginFlags(host) ? place : null, fullPath(path));
      if (check) this.#dispatch({ type: 'config checked', path, check, at: now() });
    } catch (error) {
      this.#dispatch({ type: 'said', text: sentenceOf(error), at: now() });
    }
  }

  /** Errors are the file system's, in words; what was being typed meanwhile goes on. */
  async #save({ path, pane, over, text }: Extract<Effect, { type: 'save' }>): Promise<void> {
    await this.#saving;
    const full = fullPath(path);
    const report = (saved: Saved) => this.#dispatch({ type: 'saved', path, saved, at: this.#options.now() });
    try {
      const lines = await saveText(full, text, over, () => this.#isOver);
      if (lines !== null) report({ kind: 'written', lines });
      else if (!this.#isOver) report({ kind: 'in the way', pane, target: targetAt(full) });
    } catch (error) {
      report({ kind: 'failed', because: sentenceOf(error) });
    }
  }

  async #hash(path: string, evidence: Evidence): Promise<void> {
    this.#hashing.abort();
    this.#hashing = new AbortController();
    const { signal } = this.#hashing;
    try {
      this.#dispatch({ type: 'hashed', evidence, text: clean(await sha256Of(path, signal)) });
    } catch (error) {
      if (!signal.aborted) this.#dispatch({ type: 'hashed', evidence, text: sentenceOf(error) });
    }
  }

  async #findPlaces(of: Place['kind']): Promise<void> {
    const { elsewhere } = this.#options;
    try {
      this.#dispatch({ type: 'found places', of, paths: of === 'host' ? await elsewhere.hosts() : elsewhere.directories() });
    } catch (error) {
      this.#dispatch({ type: 'said', text: sentenceOf(error), at: this.#options.now() });
    }
  }

  #open(place: Place): void {
    const { elsewhere, now } = this.#options;
    try {
      const catalog = elsewhere.open({ ...place, path: fullPath(place.path) });
      this.#unsubscribe();
      this.#revalidation.stop();
      this.#catalog.close();
      this.#catalog = catalog;
      this.#subscribe();
      this.#dispatch({ type: 'opened', place, snapshot: catalog.snapshot, at: now() });
    } catch (error) {
      this.#dispatch({ type: 'said', text: cleaned`not opened: ${sentenceOf(error)}`, at: now() });
    }
  }

  /** After the last key of a burst: its first move came after a rest, but only where it ends is worth a panel. */
  #followNow(): void {
    if (!this.#followIsDue) return;
    this.#followIsDue = false;
    this.#dispatch({ type: 'follow' });
  }

  #readDetails(path: string, evidence: Evidence): void {
    this.#search.stop();
    this.#details?.close();
    this.#details = null;
    try {
      this.#details = readDetails(path);
      this.#dispatch({ type: 'details', details: { evidence, state: 'read', of: this.#details } });
    } catch (error) {
      const because = sentenceOf(error);
      this.#dispatch({ type: 'details', details: { evidence, state: 'unreadable', because } });
    }
  }

  #stopFollowing(): void {
    if (this.#followTimer) clearTimeout(this.#followTimer);
    this.#followTimer = null;
  }
}

function openerOf(prober: Prober, collector: string): Opener {
  const probing = prober.begin();
  return { atOnce: prober.atOnce, probe: (path, pin) => probing.probe(collector, path, pin), stop: () => probing.stop() };
}
