import { readDescriptors } from '../../source/components/readDescriptors.js';

/** A descriptor as a writer of plugins would give it by hand, with every form of field in it. */
export const FILTER = {
  kind: 'processor',
  type: 'filter',
  module: 'github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor',
  version: 'v0.149.0',
  stability: { traces: 'alpha', logs: 'alpha', metrics: 'beta' },
  description: 'Drops spans, metrics, logs that match.',
  config_schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['endpoint'],
    $defs: {
      tls: {
        type: 'object',
        properties: {
          insecure: { type: 'boolean', default: false },
          key: { type: 'string', writeOnly: true, description: 'PEM of the private key.' },
        },
      },
    },
    properties: {
      error_mode: { enum: ['ignore', 'silent', 'propagate'], description: 'What to do when a condition fails.' },
      endpoint: { type: 'string', description: 'Where to ask.', default: '' },
      timeout: { type: 'string', 'x-duration': true, description: 'How long to wait.', deprecated: true },
      traces: {
        type: 'object',
        properties: {
          span: { type: 'array', items: { type: 'string' }, description: 'OTTL conditions; a match drops the span.' },
          limits: { type: 'object', additionalProperties: { type: 'integer' } },
        },
      },
      tls: { $ref: '#/$defs/tls', 'x-optional': true, description: 'Off unless given.' },
      nullable: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    },
  },
  default_config: {
    error_mode: 'propagate',
    endpoint: '',
    timeout: '1m30s',
    traces: { span: [], limits: { spans: 3 } },
    unknown_to_schema: [1, 2],
  },
  default_config_faults: ['endpoint must be given'],
  docs: '# Filter\n\nDrops.',
};

export function filterDescriptor(over: Record<string, unknown> = {}) {
  const [descriptor] = readDescriptors(JSON.stringify({ components: [{ ...FILTER, ...over }] })).components;
  if (!descriptor) throw new Error('the example is not valid');
  return descriptor;
}
