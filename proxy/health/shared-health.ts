// Tells other proxies what was seen here, and hears what they saw, over whatever channel there is.
import type { EvidenceOfOthers, HealthSnapshot } from './evidence-of-others.ts';
import type { Health } from './health.ts';

export interface Channel {
  publish(text: string): void;
  subscribe(listener: (text: string) => void): void;
}

export interface SharedHealthOptions {
  health: Health;
  others: EvidenceOfOthers;
  channel: Channel;
  /** Unique to this start of this proxy. */
  boot: string;
  clock: () => number;
}

export const publishEveryMs = 2_000;
const mostTargets = 500;
const longestCoolingMs = 600_000;

/** The caller calls `publish` every `publishEveryMs`. */
export function shareHealth({ health, others, channel, boot, clock }: SharedHealthOptions): { publish(): void } {
  let sequence = 0;
  channel.subscribe((text) => {
    const snapshot = readSnapshot(text);
    if (snapshot && snapshot.boot !== boot) others.receive(snapshot, clock());
  });
  return {
    publish() {
      const now = clock();
      const rows = [...health.own()]
        .slice(-mostTargets)
        .map(([key, { successes, failures, coolingUntil }]) => [
          key,
          tenths(successes),
          tenths(failures),
          coolingUntil === null ? 0 : Math.round(coolingUntil - now),
        ]);
      sequence++;
      channel.publish(JSON.stringify([1, boot, sequence, rows]));
    },
  };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Null for anything that is not a snapshot of this form: the channel belongs to no one. */
export function readSnapshot(text: string): HealthSnapshot | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(read)) return null;
  const [version, boot, sequence, rows] = read as unknown[];
  if (version !== 1 || typeof boot !== 'string' || !Number.isSafeInteger(sequence) || !Array.isArray(rows)) return null;
  const targets: HealthSnapshot['targets'] = [];
  for (const row of rows.slice(0, mostTargets)) {
    if (!Array.isArray(row) || typeof row[0] !== 'string' || !row.slice(1, 4).every(isCount) || row.length < 4)
      return null;
    const [key, successes, failures, cooling] = row as [string, number, number, number];
    targets.push({ key, successes, failures, coolingForMs: Math.min(cooling, longestCoolingMs) });
  }
  return { boot, sequence: sequence as number, targets };
}

const isCount = (value: unknown): boolean => typeof value === 'number' && value >= 0 && Number.isFinite(value);
