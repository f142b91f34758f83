// What each action of `sightline vault` is given.
import { createKeyRing } from '../../proxy/vault/key-ring.ts';
import type { MasterKey } from '../../proxy/vault/master-key.ts';
import { CollectorRefused, type Operating } from '../collector-api.ts';
import { type Terminal, UsageProblem } from '../command.ts';

export interface VaultCall extends Operating {
  /** The argument behind the action; '' where there is none. */
  word: string;
  values: Record<string, string | boolean | undefined>;
  terminal: Terminal;
}

/** Resolves with the exit code. */
export type VaultAction = (call: VaultCall) => Promise<number>;

/** All master keys of the configuration. Throws where the present one cannot be had, with what to do. */
export async function masterKeys({
  loaded,
  directory,
  terminal,
}: Pick<VaultCall, 'loaded' | 'directory' | 'terminal'>) {
  const ring = createKeyRing({ vault: loaded.configuration.vault, env: terminal.env, directory });
  await ring.reload();
  const { current } = ring;
  if (!current) throw new CollectorRefused(ring.problem ?? 'There is no master key.');
  if (ring.problem) terminal.say(ring.problem);
  return { current, find: (id: string): MasterKey | null => ring.find(id) };
}

/** A moment as people write it. Throws UsageProblem. */
export function momentFlag(values: VaultCall['values'], name: string): number | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new UsageProblem(`--${name} takes a time such as 2026-12-01T00:00:00Z, not "${text}".`);
}
