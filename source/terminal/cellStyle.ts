/**
 * How one cell is drawn, in one integer, so that a grid of them is an Int32Array: bold, underline and reverse in the
 * low bits, the foreground above. No background: themes never paint one (`reverse` swaps the terminal's own).
 */
export type CellStyle = number;

export const PLAIN: CellStyle = 0;
export const BOLD = 1;
export const UNDERLINE = 2;
export const REVERSE = 4;

const FOREGROUND_SHIFT = 3;
const RGB = 0x1000000;

/** One of the 256 palette colours; the first 16 are the terminal's own. */
export function paletteColour(index: number): CellStyle {
  return (index + 1) << FOREGROUND_SHIFT;
}

export function rgbColour(red: number, green: number, blue: number): CellStyle {
  return (RGB | (red << 16) | (green << 8) | blue) << FOREGROUND_SHIFT;
}

/** A blank shows neither its colour nor its weight: with those dropped, equal-looking cells are equal. */
export function styleOfBlank(style: CellStyle): CellStyle {
  return style & REVERSE ? style : style & UNDERLINE;
}

/** The style after the parameters of one SGR sequence; codes that we never write are ignored. */
export function afterSgr(style: CellStyle, parameters: readonly number[]): CellStyle {
  let result = style;
  for (let index = 0; index < parameters.length; index++) {
    const code = parameters[index] ?? 0;
    if (code === 38) {
      const [colour, used] = extendedColour(parameters, index);
      if (colour !== null) result = withForeground(result, colour);
      index += used;
    } else result = afterCode(result, code);
  }
  return result;
}

function afterCode(style: CellStyle, code: number): CellStyle {
  if (code === 0) return PLAIN;
  if (code === 1) return style | BOLD;
  if (code === 4) return style | UNDERLINE;
  if (code === 7) return style | REVERSE;
  if (code === 22) return style & ~BOLD;
  if (code === 24) return style & ~UNDERLINE;
  if (code === 27) return style & ~REVERSE;
  if (code === 39) return withForeground(style, PLAIN);
  if (code >= 30 && code <= 37) return withForeground(style, paletteColour(code - 30));
  if (code >= 90 && code <= 97) return withForeground(style, paletteColour(code - 90 + 8));
  return style;
}

function extendedColour(parameters: readonly number[], index: number): [CellStyle | null, number] {
  const kind = parameters[index + 1];
  if (kind === 5) return [paletteColour(parameters[index + 2] ?? 0), 2];
  if (kind === 2) return [rgbColour(parameters[index + 2] ?? 0, parameters[index + 3] ?? 0, parameters[index + 4] ?? 0), 4];
  return [null, 0];
}

const FLAGS = BOLD | UNDERLINE | REVERSE;

function withForeground(style: CellStyle, colour: CellStyle): CellStyle {
  return (style & FLAGS) | colour;
}

/** The shortest SGR sequence that turns a pen of style `from` into one of style `to`. */
export function sgrBetween(from: CellStyle, to: CellStyle): string {
  if (from === to) return '';
  if (to === PLAIN) return '\x1b[m';
  const reset = ['0', ...switchedOn(PLAIN, to)].join(';');
  const step = [...switchedOff(from, to), ...switchedOn(from, to)].join(';');
  return `\x1b[${step.length <= reset.length ? step : reset}m`;
}

/** `sgrBetween` from a plain pen, for the frames we give to Ink. */
export function sgrOf(style: CellStyle): string {
  return sgrBetween(PLAIN, style);
}

function switchedOff(from: CellStyle, to: CellStyle): string[] {
  const gone = from & ~to;
  const codes: string[] = [];
  if (gone & BOLD) codes.push('22');
  if (gone & UNDERLINE) codes.push('24');
  if (gone & REVERSE) codes.push('27');
  if (from >> FOREGROUND_SHIFT !== 0 && to >> FOREGROUND_SHIFT === 0) codes.push('39');
  return codes;
}

function switchedOn(from: CellStyle, to: CellStyle): string[] {
  const added = to & ~from;
  const codes: string[] = [];
  if (added & BOLD) codes.push('1');
  if (added & UNDERLINE) codes.push('4');
  if (added & REVERSE) codes.push('7');
  const colour = to >> FOREGROUND_SHIFT;
  if (colour !== 0 && colour !== from >> FOREGROUND_SHIFT) codes.push(foregroundCode(colour));
  return codes;
}

function foregroundCode(colour: number): string {
  if (colour & RGB) return `38;2;${(colour >> 16) & 0xff};${(colour >> 8) & 0xff};${colour & 0xff}`;
  const index = colour - 1;
  if (index < 8) return String(30 + index);
  if (index < 16) return String(90 + index - 8);
  return `38;5;${index}`;
}
