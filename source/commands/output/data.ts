import { Document, visit } from 'yaml';
import { type CleanText, cleanJson, escapeYaml, needsYamlQuotes } from '../../terminal/clean.js';

export const DATA_FORMATS = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof DATA_FORMATS)[number];

/** Data as JSON or YAML lines. Both parse back to the very same strings, and hold nothing a terminal would act on. */
export function dataLines(value: unknown, format: 'json' | 'yaml'): CleanText[] {
  const text = format === 'json' ? cleanJson(value) : yaml(value);
  return text.split('\n') as CleanText[];
}

/** The recipe at `needsYamlQuotes`: YAML has escapes only in double quotes. */
function yaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && needsYamlQuotes(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeYaml(document.toString({ lineWidth: 0 })).trimEnd();
}
