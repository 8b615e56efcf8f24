export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const FALLBACK: Size = { columns: 80, rows: 24 };

/** The terminal's size. Some pseudo-terminals say 0 by 0 until someone sets it: COLUMNS and LINES, else 80x24. */
export function sizeOf(stdout: { readonly columns?: number; readonly rows?: number }, env: NodeJS.ProcessEnv): Size {
  return {
    columns: positive(stdout.columns) ?? positive(Number(env.COLUMNS)) ?? FALLBACK.columns,
    rows: positive(stdout.rows) ?? positive(Number(env.LINES)) ?? FALLBACK.rows,
  };
}

function positive(value: number | undefined): number | null {
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : null;
}
