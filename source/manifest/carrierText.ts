/** Where a manifest was found, in words: `note OTelCol at 0x270`. */
export function carrierText(carrier: string, offset: number): string {
  const at = `at 0x${offset.toString(16)}`;
  if (carrier === 'note') return `note OTelCol ${at}`;
  if (carrier === 'symbol') return `symbol collector_plugin_manifest ${at}`;
  if (carrier === 'section') return `section .otelcol.manifest ${at}`;
  return 'sidecar file';
}
