// A Sightline key as it is kept: what it is bound to and a digest that it is known by. The key itself is shown once, when it
// is made, and stands nowhere.
import { z } from 'zod';

/** `sl_`, 43 characters of base64url (256 random bits), six of a checksum: scanners can tell one from other text. */
export const keyPattern = /^sl_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$/;

const moment = z.number().int().nonnegative().describe('epoch milliseconds');
const said = z.string().max(256).default('');
const patterns = z.array(z.string().min(1).max(256)).max(200).default([]);

/** How much one key, user or model may ask for. Null: no limit. */
export const Allowance = z.object({
  requestsPerMinute: z.number().int().positive().nullable().default(null),
  tokensPerMinute: z.number().int().positive().nullable().default(null).describe('input and output together'),
  concurrency: z.number().int().positive().nullable().default(null).describe('calls under way at the same time'),
});
export type Allowance = z.infer<typeof Allowance>;

/** What whoever makes a key may say of it. What it binds wins over what a client claims. */
export const KeyBinding = z.object({
  name: z.string().min(1).max(100).describe('for people: whose key it is'),
  tenant: z.string().min(1).max(256).default('default'),
  team: said,
  app: said,
  environment: said,
  user: said,
  task: said,
  models: patterns.describe('the only models it may ask for, by the name asked for or `provider/model`; * is any run'),
  providers: patterns.describe('the only providers that may answer it'),
  networks: z.array(z.string()).max(100).default([]).describe('the only addresses it may come from, as 10.0.0.0/8'),
  expiresAt: moment.nullable().default(null),
  allowance: Allowance.prefault({}),
});
export type KeyBinding = z.infer<typeof KeyBinding>;

export const KeyRecord = KeyBinding.extend({
  id: z.string().regex(/^key_[a-z0-9]{12}$/),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('HMAC-SHA-256 of the key under the pepper'),
  last4: z.string().length(4),
  createdAt: moment,
  revokedAt: moment.nullable().default(null),
  /** The key that takes this one's place; both hold until this one's `expiresAt`. */
  replacedBy: z.string().nullable().default(null),
});
export type KeyRecord = z.infer<typeof KeyRecord>;

/** As lists and the dashboard show it: without the digest. */
export const KeyView = KeyRecord.omit({ digest: true });
export type KeyView = z.infer<typeof KeyView>;
