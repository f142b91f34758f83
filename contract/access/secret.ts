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

const moment = z.number().int().nonnegative().describe('epoch milliseconds');

export const SealedSecret = z.object({
  id: z.string().regex(/^secret_[a-z0-9]{12}$/),
  tenant: z.string().default('default'),
  provider: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, 'expected the name of a provider, such as "openai"')
    .describe('name of the provider that it opens'),
  label: z.string().max(100).default(''),
  last4: z.string().max(4),
  createdAt: moment,
  /** From when it is used and until when: a planned switch-over is two secrets that follow each other, or overlap. */
  from: moment.default(0),
  until: moment.nullable().default(null),
  envelope: Envelope,
});
export type SealedSecret = z.infer<typeof SealedSecret>;

/** As whoever sealed it sends it in. */
export const NewSecret = SealedSecret.omit({ createdAt: true, tenant: true });
export type NewSecret = z.infer<typeof NewSecret>;

/** What may change of a secret. The secret itself may not: that is another secret. */
export const SecretChange = z.strictObject({
  label: z.string().max(100).optional(),
  from: moment.optional(),
  until: moment.nullable().optional(),
  rewrapped: z
    .object({ envelope: Envelope, instead: base64.describe('`wrappedKey` of the envelope that it takes the place of') })
    .optional()
    .describe('the same secret, its data key under another master key'),
});
export type SecretChange = z.infer<typeof SecretChange>;

/** As lists and the dashboard show it. */
export const SecretView = SealedSecret.omit({ envelope: true }).extend({ masterKeyId: z.string() });
export type SecretView = z.infer<typeof SecretView>;
