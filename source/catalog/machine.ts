const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** What programs run here, in Go's words: `linux/amd64`. */
export const THIS_MACHINE = `${process.platform}/${ARCHITECTURES[process.arch] ?? process.arch}`;
