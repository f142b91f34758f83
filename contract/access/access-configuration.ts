// The parts of the configuration that say who may call, with what, how often, and which answers may be used twice.
import { z } from 'zod';

const seconds = z.number().int().nonnegative();
const bytes = z.number().int().positive();

export const AccessConfiguration = z.strictObject({
  keys: z
    .enum(['auto', 'required'])
    .default('auto')
    .describe(
      'auto: once a Sightline key exists, the keys configured here open for Sightline keys alone; required: always',
    ),
  clientKeys: z
    .enum(['allow', 'refuse'])
    .default('allow')
    .describe('calls that bring a provider’s key of their own and no Sightline key'),
  openTo: z
    .array(z.string())
    .default(['loopback'])
    .describe('while no key exists: who may use the keys configured here; "loopback", or networks as 10.0.0.0/8'),
  trustedProxies: z
    .array(z.string())
    .default([])
    .describe('reverse proxies, as networks, whose X-Forwarded-For says where a call comes from'),
  stored: z
    .enum(['one-tenant', 'shared'])
    .default('one-tenant')
    .describe(
      'what providers store under the keys configured here (responses, files, batches): reached only while all Sightline keys are of one tenant, or shared between tenants',
    ),
  pepper: z
    .string()
    .default('')
    .describe('"env:NAME" or "file:/path" of the secret under which keys are hashed; empty: made in the data folder'),
});
export type AccessConfiguration = z.infer<typeof AccessConfiguration>;

export const VaultConfiguration = z.strictObject({
  masterKey: z
    .string()
    .default('')
    .describe('"env:NAME" or "file:/path" of 32 bytes as base64 or hexadecimal; empty and no command: no vault'),
  previousMasterKeys: z.array(z.string()).default([]).describe('still open what was sealed before a rotation'),
  command: z
    .array(z.string())
    .default([])
    .describe('instead of masterKey: a program and its arguments that print the master key, such as a KMS client'),
});
export type VaultConfiguration = z.infer<typeof VaultConfiguration>;

export const PaceConfiguration = z.strictObject({
  queueMs: z.number().int().min(0).max(60_000).default(1000).describe('longest wait of a call that came too early'),
  queueLength: z.number().int().min(0).default(200).describe('calls that may wait at the same time; 0: none waits'),
});
export type PaceConfiguration = z.infer<typeof PaceConfiguration>;

export const NearConfiguration = z.strictObject({
  mode: z
    .enum(['off', 'shadow', 'serve'])
    .default('off')
    .describe('answers to questions that mean the same: never, only measured, or served once measured to be right'),
  similarity: z.number().min(0.5).max(1).default(0.97).describe('least cosine of the two vectors'),
  falseHits: z.number().min(0).max(0.5).default(0.01).describe('share of wrong answers that is borne; measured first'),
  auditPercent: z.number().min(0).max(100).default(2).describe('hits that are asked again to go on measuring'),
});
export type NearConfiguration = z.infer<typeof NearConfiguration>;

export const CacheConfiguration = z.strictObject({
  automatic: z.boolean().default(false).describe('also calls that nobody marked, where their temperature is 0'),
  ttlSeconds: seconds.max(86_400 * 365).default(3600),
  staleIfErrorSeconds: seconds.max(86_400).default(0).describe('past its time, for when nobody answers'),
  maxBytes: bytes.default(128 * 1024 * 1024).describe('kept in memory by one proxy'),
  maxEntryBytes: bytes.default(256 * 1024).describe('a larger answer is not kept'),
  near: NearConfiguration.prefault({}),
});
export type CacheConfiguration = z.infer<typeof CacheConfiguration>;

export const RouteCache = z.strictObject({
  mode: z.enum(['off', 'on', 'deterministic']).default('on').describe('never, every call, or those with temperature 0'),
  ttlSeconds: seconds.max(86_400 * 365).optional(),
  staleIfErrorSeconds: seconds.max(86_400).optional(),
  namespace: z.string().max(100).default('').describe('answers are shared within one alone'),
  near: z.enum(['off', 'shadow', 'serve']).optional().describe('see cache.near.mode'),
});
export type RouteCache = z.infer<typeof RouteCache>;

export const AlertConfiguration = z.strictObject({
  webhook: z.string().default('').describe('gets a POST for every warning; "env:NAME", "file:/path" or the URL'),
});
export type AlertConfiguration = z.infer<typeof AlertConfiguration>;
