// The redaction engine: everything that is recorded goes through here before its first byte reaches disk or network.
// Synchronous; one redactor belongs to one recording worker and keeps its counts, and what it has masked lately.
import { createHmac } from 'node:crypto';
import { dropCutTail } from './cut-tail.ts';
import type { Detector } from './detector.ts';
import { cardDetector } from './detectors/card.ts';
import { credentialDetector } from './detectors/credential.ts';
import { emailDetector } from './detectors/email.ts';
import { encodedDetector } from './detectors/encoded.ts';
import { ibanDetector } from './detectors/iban.ts';
import { ipDetector } from './detectors/ip.ts';
import { jwtDetector } from './detectors/jwt.ts';
import { phoneDetector } from './detectors/phone.ts';
import { privateKeyDetector } from './detectors/private-key.ts';
import { providerKeyDetector } from './detectors/provider-keys.ts';
import { ssnDetector } from './detectors/ssn.ts';
import { maskHeaders } from './header-masking.ts';
import { createJsonMasking } from './json-masking.ts';
import { type Kind, kinds } from './kinds.ts';
import { maskPath } from './path-masking.ts';
import { RedactionFailed } from './redaction-failed.ts';
import { createTextMasking } from './text-masking.ts';

export const standardDetectors: readonly Detector[] = [
  privateKeyDetector,
  jwtDetector,
  providerKeyDetector,
  credentialDetector,
  cardDetector,
  ibanDetector,
  ssnDetector,
  emailDetector,
  ipDetector,
  phoneDetector,
  encodedDetector,
];

export interface RedactorOptions {
  /** Which kinds to mask; all of kinds.ts when left out. An unknown name is an error. */
  kinds?: readonly string[];
  /** Turns an identity that must be masked into a stable pseudonym. */
  pseudonymKey?: Buffer;
  detectors?: readonly Detector[];
}

export interface BodyOptions {
  /** The text stops at the capture limit: what may be the first half of an entity is dropped from its end. */
  cut?: boolean;
}

/** Every method throws RedactionFailed when a detector fails, and nothing else. Results are well-formed UTF-16. */
export interface Redactor {
  text(value: string, options?: BodyOptions): string;
  /** A body that should be JSON; valid JSON stays valid, and anything else is masked as text. */
  json(body: string, options?: BodyOptions): string;
  /** Keeps harmless headers alone, under lower-case names. */
  headers(list: readonly (readonly [string, string])[]): Record<string, string>;
  path(pathWithQuery: string): string;
  /** A user, session, task, app, team or tag: unchanged, or `~` and 16 hexadecimal digits, the same every time. */
  identity(value: string): string;
  /** How many of each kind were masked since reset(). */
  counts(): Record<string, number>;
  reset(): void;
}

const enabledKinds = (names: readonly string[] | undefined): ReadonlySet<Kind> => {
  const unknown = names?.filter((name) => !(kinds as readonly string[]).includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new RangeError(`Expected redaction kinds out of ${kinds.join(', ')}, found ${unknown.join(', ')}.`);
  }
  return new Set((names as readonly Kind[] | undefined) ?? kinds);
};

const guarded = <Result>(part: string, work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    throw new RedactionFailed(part, error);
  }
};

export const createRedactor = (options: RedactorOptions = {}): Redactor => {
  const enabled = enabledKinds(options.kinds);
  const counts = new Map<Kind, number>();
  const counted = (kind: Kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const text = createTextMasking({ detectors: options.detectors ?? standardDetectors, enabled, counted });
  const json = createJsonMasking({ text, enabled, counted });
  const mask = (value: string): string => text.mask(value).toWellFormed();

  const pseudonym = (value: string, masked: string): string =>
    options.pseudonymKey === undefined
      ? masked
      : `~${createHmac('sha256', options.pseudonymKey).update(value).digest('hex').slice(0, 16)}`;

  return {
    text: (value, { cut = false } = {}) => guarded('text', () => mask(cut ? dropCutTail(value) : value)),
    json: (body, { cut = false } = {}) => guarded('a body', () => json.mask(body, cut)),
    headers: (list) => guarded('headers', () => maskHeaders(list, mask)),
    path: (target) => guarded('a path', () => maskPath(target, mask, () => counted('credential'))),
    identity: (value) =>
      guarded('an identity', () => {
        const masked = mask(value);
        return masked === value.toWellFormed() ? masked : pseudonym(value, masked);
      }),
    counts: () => Object.fromEntries(counts),
    reset() {
      counts.clear();
      text.begin();
    },
  };
};
