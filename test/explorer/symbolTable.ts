import type { FileDetails, SymbolSource } from '../../source/explorer/details.js';

const PACKAGES = [
  'pdata/ptrace',
  'pdata/pmetric',
  'pdata/plog',
  'consumer',
  'component',
  'pdata/internal/data/protogen/trace/v1',
];
const METHODS = [
  '(*Span).Attributes',
  'ResourceSpansSlice.AppendEmpty',
  '(*Span).Unmarshal',
  'Traces.MarkReadOnly',
  'init.0',
  'Map.PutStr',
];

/** A table of as many symbols, with names as the Go linker writes them. */
export function symbolTable(count: number): SymbolSource {
  return {
    from: '.symtab',
    count,
    digits: 8,
    row: (index) => ({
      address: index % 50 === 49 ? null : 0xb00000 + index * 48,
      size: (index * 7919) % 4000,
      kind: index % 50 === 49 ? 'U' : 'T',
      about: 'global function',
    }),
    name: (index, form) => {
      const name = `go.opentelemetry.io/collector/${PACKAGES[index % PACKAGES.length]}.${METHODS[Math.floor(index / PACKAGES.length) % METHODS.length]}${index}`;
      return form === 'raw' ? `raw:${name}` : name;
    },
  };
}

export function detailsOf(symbols: SymbolSource | null): FileDetails {
  return {
    symbols,
    sections: [
      { name: '.text', type: 'progbits', address: 0x1000, offset: 0x1000, size: 8_123_456, flags: 'AX' },
      { name: '.note.otelcol', type: 'note', address: 0x270, offset: 0x270, size: 1936, flags: 'A' },
      { name: '.漢字\x1b]52;c;aGk=\x07', type: 'type 0x6ffffff6', address: 0, offset: 0x900000, size: 0, flags: '' },
    ],
    close: () => {},
  };
}
