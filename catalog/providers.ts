// Every provider Sightline knows by name. Adding an OpenAI-compatible one is one row in catalog/providers/.
import type { ProviderRow } from './provider.ts';
import { clouds } from './providers/clouds.ts';
import { gateways } from './providers/gateways.ts';
import { makers } from './providers/makers.ts';
import { selfHosted } from './providers/self-hosted.ts';

export type { KeyHeader, ProviderQuirks, ProviderRow } from './provider.ts';

const rows: readonly ProviderRow[] = [...makers, ...clouds, ...gateways, ...selfHosted];
const byName = new Map(rows.map((row) => [row.name, row]));

/** All well-known providers, in the order of the catalogue. */
export function wellKnownProviders(): readonly ProviderRow[] {
  return rows;
}

/** The row of this name, or null when Sightline does not know it. */
export function wellKnownProvider(name: string): ProviderRow | null {
  return byName.get(name) ?? null;
}
