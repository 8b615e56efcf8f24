import xterm from '@xterm/headless';

/** A terminal of its own: what is on its screen after the bytes it was given. */
export class Emulator {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  }

  write(bytes: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  /** What is copied with OSC 52. */
  onClipboard(take: (text: string) => void): void {
    this.#terminal.parser.registerOscHandler(52, (data) => {
      take(Buffer.from(data.split(';')[1] ?? '', 'base64').toString());
      return true;
    });
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  get modes(): Readonly<Record<string, unknown>> {
    return { ...this.#terminal.modes };
  }

  /** The rows of the screen, without trailing blanks. */
  rows(): string[] {
    return Array.from({ length: this.#terminal.rows }, (_, row) => this.#line(row)?.translateToString(true).trimEnd() ?? '');
  }

  /** One row with its styles: `<bold red>x</>`; blanks carry only what can be seen on them. */
  styledRow(row: number): string {
    let text = '';
    let open = '';
    const line = this.#line(row);
    for (let column = 0; column < this.#terminal.cols; column++) {
      const cell = line?.getCell(column);
      if (!cell || cell.getWidth() === 0) continue;
      const character = cell.getChars() || ' ';
      const style = [
        cell.isBold() && character !== ' ' ? 'bold' : '',
        cell.isUnderline() ? 'underline' : '',
        cell.isInverse() ? 'reverse' : '',
        character === ' ' && !cell.isInverse() ? '' : colourName(cell),
      ]
        .filter((part) => part !== '')
        .join(' ');
      if (style !== open) {
        if (open !== '') text += '</>';
        if (style !== '') text += `<${style}>`;
        open = style;
      }
      text += character;
    }
    return (open === '' ? text : `${text}</>`).trimEnd();
  }

  #line(row: number) {
    return this.#terminal.buffer.active.getLine(this.#terminal.buffer.active.baseY + row);
  }
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

interface Cell {
  isFgDefault(): boolean;
  isFgRGB(): boolean;
  getFgColor(): number;
}

function colourName(cell: Cell): string {
  if (cell.isFgDefault()) return '';
  if (cell.isFgRGB()) return `#${cell.getFgColor().toString(16).padStart(6, '0')}`;
  return NAMES[cell.getFgColor()] ?? `colour-${cell.getFgColor()}`;
}
