/** What opening the file would do: `plugin.Open` plus the look-up of the entry symbol, or `dlopen` plus `dlsym`. */
export type Load = 'loads' | 'fails' | 'crashes' | 'unknown';

/** What the manifest rules say; `none` where the host carries no manifest. */
export type Policy = 'ok' | 'refused' | 'none';

/** `load` if that is crashes or fails; else `refused` if policy is; else `load` (docs/verdicts.md). */
export type Verdict = 'loads' | 'refused' | 'fails' | 'crashes' | 'unknown';

/** In the order in which findings are shown, but for a crash that is not reached: what decides comes first. */
export const SEVERITIES = ['crashes', 'fails', 'refused', 'unknown', 'warning', 'note'] as const;

/**
 * What a finding does: `crashes`, `fails` and `unknown` set `load`; `refused` sets `policy`;
 * `warning` (a claim and the bytes disagree, a carrier is weak) and `note` decide nothing.
 */
export type Severity = (typeof SEVERITIES)[number];

/** One reason, with all a reader needs to check it and to act on it. Strings may hold untrusted text: clean them at the sink. */
export interface Finding {
  /** `OCX0410`; the list is `spec/findings.json`. */
  readonly code: string;
  readonly severity: Severity;
  /** What it is about: a package, a module, a manifest field, a library. */
  readonly subject: string;
  /** The plugin's value; null where it has none. */
  readonly plugin: string | null;
  /** The host's value; null where it has none, or where no host is compared. */
  readonly host: string | null;
  /** Where the value was read: `note OTelCol at 0x270, field build_flags`. */
  readonly evidence: string;
  /** One sentence, no full stop at the end. */
  readonly message: string;
  /** What explains it, when that is known: `pdata v1.54.0, host has v1.55.0: explains 14 of 24`. Preferred to `message` in lists. */
  readonly cause: string | null;
  /** The words in which the real loader will say it, so that a log line leads here; null when it says nothing. */
  readonly loaderMessage: string | null;
  /** A command to paste, or a sentence on whom to ask; null where nothing can be done from here. */
  readonly fix: string | null;
  /** What exactly differs, when it is more than one thing: every package, module or field. */
  readonly items: readonly FindingItem[];
}

export interface FindingItem {
  readonly subject: string;
  readonly plugin: string | null;
  readonly host: string | null;
}

/** The whole answer for one plugin against one host. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly load: Load;
  readonly policy: Policy;
  /** What was compared and holds or fails, in words: `link hashes`, `runtime layout`. A verdict names what was checked. */
  readonly checked: readonly string[];
  /** What this version does not decide, so that a `loads` is never taken for more than it is. */
  readonly notChecked: readonly string[];
  /** What decided first (`byDecision`); the first is the cause. */
  readonly findings: readonly Finding[];
}
