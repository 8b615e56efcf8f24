/**
 * Assembler source that puts texts into ELF notes of owner `OTelCol` (docs/manifest.md): type 1 a manifest, type 2 descriptors.
 *
 * The bytes are written out: with `.incbin` Go would not see that the text changed and link the old one again. The file
 * lies in a cgo `main` package, so that gcc assembles it and the linker keeps the section.
 */
export function noteAssembler(notes: readonly Note[]): string {
  return `${notes.map(noteText).join('')}\t.section .note.GNU-stack,"",@progbits\n`;
}

export interface Note {
  readonly type: 1 | 2;
  readonly text: string;
}

const OWNER = 'OTelCol';
const BYTES_IN_A_LINE = 32;

function noteText({ type, text }: Note): string {
  const bytes = Buffer.from(text, 'utf8');
  return `\t.section .note.otelcol,"a",@note
\t.balign 4
\t.long ${OWNER.length + 1}, ${bytes.length}, ${type}
\t.asciz "${OWNER}"
${literal(bytes)}\t.balign 4
`;
}

function literal(bytes: Uint8Array): string {
  let lines = '';
  for (let at = 0; at < bytes.length; at += BYTES_IN_A_LINE)
    lines += `\t.byte ${[...bytes.subarray(at, at + BYTES_IN_A_LINE)].join(',')}\n`;
  return lines;
}
