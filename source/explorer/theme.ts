import type { ColorLevel } from '../terminal/capabilities.js';
import { BOLD, type CellStyle, PLAIN, paletteColour, REVERSE, rgbColour, UNDERLINE } from '../terminal/cellStyle.js';

/** What a colour means. Rows name roles; only this file knows colours. */
export type Role = 'plain' | 'strong' | 'secondary' | 'focus' | 'loads' | 'refused' | 'fails' | 'crashes' | 'unknown' | 'current';

export const THEMES = ['terminal', 'dark', 'light', 'colour-blind', 'high-contrast'] as const;
export type ThemeName = (typeof THEMES)[number];

/** Of the terminal: two themes have one palette for each. */
export type Background = 'dark' | 'light';

/** COLORFGBG (`15;0`) where the terminal sets it: the last number is the background. Else dark. */
export function backgroundOf(env: NodeJS.ProcessEnv): Background {
  const colour = Number(env.COLORFGBG?.split(';').at(-1) || 0);
  return colour === 7 || colour === 15 ? 'light' : 'dark';
}

type ColouredRole = 'loads' | 'refused' | 'fails' | 'unknown' | 'focus' | 'secondary';
type Palette = Readonly<Record<ColouredRole, string | null>>;

const DARK: Palette = {
  loads: '7ec699',
  refused: 'e5c07b',
  fails: 'ff7b72',
  unknown: 'c792ea',
  focus: '79c0ff',
  secondary: '9aa4af',
};
const LIGHT: Palette = {
  loads: '1a7f37',
  refused: '7a5200',
  fails: 'b42318',
  unknown: '6f42c1',
  focus: '0550ae',
  secondary: '57606a',
};

/** Contrast at least 5:1 on #1e1e1e or #ffffff, 8:1 in high contrast. `terminal` has none: it uses the 16 colours. */
const PALETTES: Readonly<Record<Exclude<ThemeName, 'terminal'>, Readonly<Record<Background, Palette>>>> = {
  dark: { dark: DARK, light: DARK },
  light: { dark: LIGHT, light: LIGHT },
  'colour-blind': {
    dark: { loads: '56b4e9', refused: 'f0e442', fails: 'ff9a4d', unknown: 'e0a0c8', focus: null, secondary: '9aa4af' },
    light: { loads: '005a8f', refused: '6b5e00', fails: 'a84300', unknown: '8a2f69', focus: null, secondary: '57606a' },
  },
  'high-contrast': {
    dark: { loads: '5fff87', refused: 'ffff5f', fails: 'ff8787', unknown: 'ff87ff', focus: null, secondary: null },
    light: { loads: '005f00', refused: '5f3700', fails: 'a00000', unknown: '5f005f', focus: null, secondary: null },
  },
};

/** Of the 16 colours; secondary text stays in the default one, because bright black is unreadable on half of all terminals. */
const TERMINAL_COLOURS: Readonly<Record<ColouredRole, number | null>> = {
  loads: 2,
  refused: 3,
  fails: 1,
  unknown: 5,
  focus: 6,
  secondary: null,
};

export type Styles = Readonly<Record<Role, CellStyle>>;

/** The style of each role. A terminal of 16 colours gets its own colours, whatever the theme. */
export function stylesOf(theme: ThemeName, level: ColorLevel, background: Background): Styles {
  const colour = (role: ColouredRole) => colourOf(role, theme, level, background);
  const bare = level === 0;
  return {
    plain: PLAIN,
    strong: BOLD,
    secondary: colour('secondary'),
    focus: colour('focus') | BOLD,
    loads: colour('loads'),
    refused: colour('refused'),
    fails: colour('fails') | (bare ? BOLD : PLAIN),
    crashes: colour('fails') | REVERSE,
    unknown: colour('unknown') | (bare ? UNDERLINE : PLAIN),
    current: REVERSE,
  };
}

function colourOf(role: ColouredRole, theme: ThemeName, level: ColorLevel, background: Background): CellStyle {
  if (level === 0) return PLAIN;
  if (theme === 'terminal' || level === 1) {
    const index = TERMINAL_COLOURS[role];
    return index === null ? PLAIN : paletteColour(index);
  }
  const hex = PALETTES[theme][background][role];
  if (hex === null) return PLAIN;
  const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
  return level === 3 ? rgbColour(red, green, blue) : paletteColour(nearestOf256(red, green, blue));
}

const CUBE_STEPS = [0, 95, 135, 175, 215, 255];

/** The nearest of the 216 cube colours and the 24 greys; the first 16 are left alone, they are anyone's. */
function nearestOf256(red: number, green: number, blue: number): number {
  const step = (value: number) =>
    CUBE_STEPS.reduce((best, at, index) => (Math.abs(at - value) < Math.abs((CUBE_STEPS[best] ?? 0) - value) ? index : best), 0);
  const cube = [step(red), step(green), step(blue)] as const;
  const grey = Math.max(0, Math.min(23, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const distance = (r: number, g: number, b: number) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
  const ofCube = distance(CUBE_STEPS[cube[0]] ?? 0, CUBE_STEPS[cube[1]] ?? 0, CUBE_STEPS[cube[2]] ?? 0);
  const level = 8 + grey * 10;
  return distance(level, level, level) < ofCube ? 232 + grey : 16 + cube[0] * 36 + cube[1] * 6 + cube[2];
}
