import { PROBE_OUTCOMES, type Probe, type ProbedComponent, type ProbeOutcome } from '../catalog/probe.js';

/**
 * Reads what `plugins probe` of a Collector prints (spec/probe-output.schema.json). Whatever runs inside the plugin could
 * have written to the same place: nothing is taken that is not of the right type.
 * @returns null when it is no such report.
 */
export function readProbeReport(text: string): Probe | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { outcome, message, components, milliseconds, as_predicted: asPredicted } = value;
  if (!isOutcome(outcome)) return null;
  return {
    outcome,
    message: typeof message === 'string' ? message : null,
    components: Array.isArray(components) ? components.flatMap(readComponent) : [],
    milliseconds: typeof milliseconds === 'number' && Number.isFinite(milliseconds) ? milliseconds : null,
    asPredicted: typeof asPredicted === 'boolean' ? asPredicted : null,
  };
}

function readComponent(value: unknown): ProbedComponent[] {
  if (!isRecord(value)) return [];
  const { kind, type, stability } = value;
  if (typeof kind !== 'string' || typeof type !== 'string') return [];
  const levels = isRecord(stability) ? Object.entries(stability) : [];
  return [
    {
      kind,
      type,
      stability: Object.fromEntries(levels.flatMap(([signal, level]) => (typeof level === 'string' ? [[signal, level]] : []))),
    },
  ];
}

function isOutcome(value: unknown): value is ProbeOutcome {
  return PROBE_OUTCOMES.some((outcome) => outcome === value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
