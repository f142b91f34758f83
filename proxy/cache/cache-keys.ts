// The names that answers are kept under, and the keys that they are sealed with. Both come from one secret and the tenant, so
// that no tenant can find, guess or open what another has, even where they share one Redis.
import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';

export interface TenantKeys {
  /** What distinguishes a request, in order, to 256 bits as base64url. */
  name(...parts: string[]): string;
  /** 32 bytes for AES-256-GCM. */
  readonly seal: Buffer;
}

export type CacheKeys = (tenant: string) => TenantKeys;

/** Changes whenever a request is read or an answer kept in another way: what was kept before is then not found any more. */
const form = '1';
/** Tenants whose keys are at hand; they cost some microseconds to make again. */
const mostTenants = 1000;

export function cacheKeys(secret: Uint8Array): CacheKeys {
  const known = new Map<string, TenantKeys>();
  return (tenant) => {
    const found = known.get(tenant);
    if (found) return found;
    if (known.size >= mostTenants) known.clear();
    const made = keysOf(secret, tenant);
    known.set(tenant, made);
    return made;
  };
}

function keysOf(secret: Uint8Array, tenant: string): TenantKeys {
  const derived = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, tenant, `sightline cache ${form} ${purpose}`, 32));
  // Made once: making it anew for each name takes five times as long as the name itself.
  const naming = createSecretKey(derived('names'));
  return {
    seal: derived('answers'),
    name(...parts) {
      const mac = createHmac('sha256', naming);
      // With its length before it, no part can be taken for the end of the one before.
      for (const part of parts) mac.update(`${part.length}:`).update(part);
      return mac.digest('base64url');
    },
  };
}
