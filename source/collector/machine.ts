/** What programs run here, in Go's words: `linux/amd64`. */
export function thisMachine(): string {
  const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `${process.platform}/${architectures[process.arch] ?? process.arch}`;
}
