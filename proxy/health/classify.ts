// What a failed attempt means: who may be asked next, and whether it says anything about the target's health. Rate limits
// and the client's own faults do not.
import type { ErrorClass } from '../../contract/words.ts';

/**
 * `retry same`: another try at the same target may well succeed; `next target`: only elsewhere; `next key`: with another
 * credential of the same provider, else elsewhere; `give up`: nobody would answer this differently.
 */
export type FailureAction = 'retry same' | 'next target' | 'next key' | 'give up';

/** What a call tells about the target; `neutral` is none of its doing. */
export type Verdict = 'success' | 'failure' | 'overloaded' | 'rate_limited' | 'neutral';

export interface Classification {
  action: FailureAction;
  verdict: Exclude<Verdict, 'success'>;
  /** What happens to the credential: it rests after a limit, is dropped after a refusal. */
  credential: 'kept' | 'limited' | 'refused';
}

export interface Failure {
  /** Our code or the network's where no whole answer came; null when one did. */
  network: string | null;
  status: number | null;
  /** Read from the provider's error, also from one inside a stream; null when it could not be read. */
  errorClass: ErrorClass | null;
}

const failure = (action: FailureAction): Classification => ({ action, verdict: 'failure', credential: 'kept' });
const neutral = (action: FailureAction): Classification => ({ action, verdict: 'neutral', credential: 'kept' });

const byClass: Record<ErrorClass, Classification> = {
  rate_limit: { action: 'next key', verdict: 'rate_limited', credential: 'limited' },
  overloaded: { action: 'retry same', verdict: 'overloaded', credential: 'kept' },
  quota: { action: 'next key', verdict: 'neutral', credential: 'refused' },
  authentication: { action: 'next key', verdict: 'neutral', credential: 'refused' },
  permission: { action: 'next key', verdict: 'neutral', credential: 'refused' },
  // A model that is not there will not come back by asking: traffic has to leave.
  not_found: failure('next target'),
  context_length: neutral('next target'),
  content_filter: neutral('give up'),
  too_large: neutral('give up'),
  timeout: failure('next target'),
  invalid: neutral('give up'),
  server: failure('retry same'),
};

const byStatus: Record<number, Classification> = {
  401: byClass.authentication,
  402: byClass.quota,
  403: byClass.permission,
  404: byClass.not_found,
  408: failure('retry same'),
  409: neutral('retry same'),
  413: byClass.too_large,
  425: neutral('retry same'),
  429: byClass.rate_limit,
  // A gateway that ran out of time has spent the client's time already.
  504: failure('next target'),
  // 529 is Anthropic's.
  529: byClass.overloaded,
};

/** Nothing listens or no name resolves: asking again at once meets the same. */
const elsewhereOnly = /(?:DNS|REFUSED|TLS|TIMEOUT|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)/;

export function classify({ network, status, errorClass }: Failure): Classification {
  if (network !== null) {
    if (/CLIENT_GONE|ABORT/.test(network)) return neutral('give up');
    // Sightline's own refusals (no key, no address) are no answer of the target.
    if (network.startsWith('SIGHTLINE_') && !network.startsWith('SIGHTLINE_UPSTREAM_')) return neutral('next target');
    return failure(elsewhereOnly.test(network) ? 'next target' : 'retry same');
  }
  if (errorClass !== null) return byClass[errorClass];
  if (status === null) return failure('retry same');
  const known = byStatus[status];
  if (known) return known;
  if (status >= 500) return byClass.server;
  // A redirect where an answer should be: a wrong address, or a captive portal.
  return status >= 400 ? byClass.invalid : failure('next target');
}
