// A provider's key as it is kept: sealed. The collector stores it and cannot open it; only proxies and the command line know
// the master key.
import { z } from 'zod';

const base64 = z.base64();

/** AES-256-GCM twice: the secret under a data key of its own, the data key under the master key. */
export const Envelope = z.object({
  v: z.literal(1),
  masterKeyId: z.string().describe('first 16 hexadecimal digits of SHA-256 of the master key'),
  wrappedKey: base64.describe('12 bytes nonce, 32 bytes data key encrypted, 16 bytes tag'),
  sealed: base64.describe('12 bytes nonce, the secret encrypted, 16 bytes tag'),
});
export type Envelope = z.infer<typeof Envelope>;

export const SealedSecret = z.object({
  id: z.string().regex(/^secret_[a-z0-9]{12}$/),
  tenant: z.string().default('default'),
  provider: z.string().describe('name of the provider that it opens'),
  label: z.string().max(100).default(''),
  last4: z.string().max(4),
  createdAt: z.number().int(),
  /** From when it is used and until when: a planned switch-over is two secrets that overlap. Epoch milliseconds. */
  from: z.number().int().default(0),
  until: z.number().int().nullable().default(null),
  removedAt: z.number().int().nullable().default(null),
  envelope: Envelope,
});
export type SealedSecret = z.infer<typeof SealedSecret>;

export const SecretView = SealedSecret.omit({ envelope: true }).extend({ masterKeyId: z.string() });
export type SecretView = z.infer<typeof SecretView>;
