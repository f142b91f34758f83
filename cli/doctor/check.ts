// What a check of the doctor says: how it stands, what was found, and what to do when something should be done.

export interface Check {
  name: string;
  status: 'ok' | 'warn' | 'fail';
  found: string;
  /** What to do; empty when nothing needs doing. */
  fix: string;
}

export const ok = (name: string, found: string): Check => ({ name, status: 'ok', found, fix: '' });
export const warn = (name: string, found: string, fix: string): Check => ({ name, status: 'warn', found, fix });
export const fail = (name: string, found: string, fix: string): Check => ({ name, status: 'fail', found, fix });

/** Bytes for people: `1.5 GiB`. */
export function inUnits(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`;
}
