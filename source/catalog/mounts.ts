import { readFileSync } from 'node:fs';

interface Mount {
  readonly point: string;
  readonly noexec: boolean;
}

/** The mount that a file lies on, when it forbids to execute what is on it (mount(8): noexec); else null. @param path with links followed. */
export function noexecMountOf(path: string): string | null {
  mounts ??= readMounts();
  let best: Mount | null = null;
  // Of two on one point the later one covers the other.
  for (const mount of mounts) if (isBelow(path, mount.point) && mount.point.length >= (best?.point.length ?? 0)) best = mount;
  return best?.noexec ? best.point : null;
}

let mounts: readonly Mount[] | null = null;

function isBelow(path: string, point: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

/** As the kernel lists them (proc(5): /proc/pid/mounts): device, mount point, type, options; blanks of names in octal. */
export function parseMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [, point, , options] = line.split(' ');
    if (point === undefined || options === undefined) return [];
    const unescaped = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    return [{ point: unescaped, noexec: options.split(',').includes('noexec') }];
  });
}

function readMounts(): readonly Mount[] {
  try {
    return parseMounts(readFileSync('/proc/self/mounts', 'utf8'));
  } catch {
    return []; // Not Linux, or no /proc: nothing is known.
  }
}
