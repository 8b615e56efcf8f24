/** What Ink collects a frame in (ink/build/output.js): each text at its place, then all of it as lines. */
export interface InkOutput {
  readonly width: number;
  readonly height: number;
  write(x: number, y: number, text: string, options: { readonly transformers: readonly Transformer[] }): void;
  clip(clip: unknown): void;
  unclip(): void;
  get(): { readonly output: string; readonly height: number };
}

type Transformer = (line: string, index: number) => string;
type OutputClass = new (size: { readonly width: number; readonly height: number }) => InkOutput;

interface Written {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly transformers: readonly Transformer[];
}

/**
 * Ink's output, that lets a row through as it is where one text alone stands in it. Ink takes every cell of a frame for an
 * object with an array of styles: 2 MB and 5 ms a frame at 120x40, nearly all of it for rows that come ready made. Rows of
 * several texts (tables, pickers) and clipped ones are still Ink's.
 */
export function leanOutput(Output: OutputClass): OutputClass {
  return class implements InkOutput {
    readonly width: number;
    readonly height: number;
    readonly #written: Written[] = [];
    readonly #whole: InkOutput;
    #isClipped = false;

    constructor(size: { readonly width: number; readonly height: number }) {
      this.width = size.width;
      this.height = size.height;
      this.#whole = new Output(size);
    }

    write(x: number, y: number, text: string, { transformers }: { readonly transformers: readonly Transformer[] }): void {
      if (text !== '') this.#written.push({ x, y, text, transformers });
      this.#whole.write(x, y, text, { transformers });
    }

    clip(clip: unknown): void {
      this.#isClipped = true;
      this.#whole.clip(clip);
    }

    unclip(): void {
      this.#whole.unclip();
    }

    get(): { readonly output: string; readonly height: number } {
      if (this.#isClipped) return this.#whole.get();
      const texts = Array.from({ length: this.height }, (): Written[] => []);
      for (const { x, y, text, transformers } of this.#written)
        for (const [index, line] of text.split('\n').entries())
          texts[y + index]?.push({
            x,
            y: y + index,
            text: transformers.reduce((done, one) => one(done, index), line),
            transformers: [],
          });
      const lines = texts.map((row) => (row.length > 1 ? this.#mixed(row) : alone(row[0])));
      return { output: lines.join('\n'), height: this.height };
    }

    #mixed(row: readonly Written[]): string {
      const output = new Output({ width: this.width, height: 1 });
      for (const { x, text } of row) output.write(x, 0, text, { transformers: [] });
      return output.get().output;
    }
  };
}

function alone(written: Written | undefined): string {
  return written ? ' '.repeat(written.x) + written.text : '';
}
