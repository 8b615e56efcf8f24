import type { Manifest } from '../../source/manifest/manifest.js';

/** A valid manifest of a Go plugin, with changes. */
export function goManifest(changes: Partial<Manifest> = {}): Manifest {
  return {
    language: 'go',
    toolchain_version: 'go1.26.8',
    build_profile: 'release',
    dependency_hashes: { 'go.opentelemetry.io/otel': 'h1:aaa', 'go.uber.org/zap': 'h1:bbb' },
    build_flags: ['-trimpath', '-buildmode=plugin'],
    target: 'x86_64-unknown-linux-gnu',
    build_time: '2026-01-01T00:00:00Z',
    ...changes,
  };
}
