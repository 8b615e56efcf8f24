/** Whether a package is of a module, as far as their names tell. */
export function isIn(packagePath: string, modulePath: string): boolean {
  return packagePath === modulePath || packagePath.startsWith(`${modulePath}/`);
}

/** `pdata` for `go.opentelemetry.io/collector/pdata`: the last element that is no major version. */
export function shortModule(path: string): string {
  const parts = path.split('/').filter((part) => !/^v\d+$/.test(part));
  return parts.at(-1) ?? path;
}
