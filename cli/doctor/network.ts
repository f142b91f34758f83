// Can the configured providers be reached, and does this machine's clock agree with theirs?
import type { ResolvedProvider } from '../../configuration/provider.ts';
import { withoutCredentials } from '../../configuration/secrets.ts';
import { type Check, fail, ok, warn } from './check.ts';

const TIMEOUT_MS = 5000;

export interface Reached {
  check: Check;
  /** Milliseconds by which this clock is ahead of the one that answered; null when it did not say. */
  aheadMs: number | null;
}

/** Name resolution, TCP, TLS and one HEAD without a key: any answer below 500 means the way is open. */
export async function reach(provider: Pick<ResolvedProvider, 'name' | 'baseUrl'>, now: () => number): Promise<Reached> {
  const name = `provider ${provider.name}`;
  const address = withoutCredentials(provider.baseUrl);
  try {
    const asked = now();
    const response = await fetch(provider.baseUrl, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const aheadMs = clockAhead(response.headers.get('date'), asked, now());
    const found = `${address} answers (${response.status})`;
    const check = response.status < 500 ? ok(name, found) : warn(name, found, 'see the provider’s status page');
    return { check, aheadMs };
  } catch (error) {
    return { check: fail(name, `${address} cannot be reached: ${reasonOf(error)}`, adviceFor(error)), aheadMs: null };
  }
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: Error & { code?: string } };
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS} ms`;
  return cause?.code ?? cause?.message ?? message;
}

function adviceFor(error: unknown): string {
  const code = (error as { cause?: { code?: string } }).cause?.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'check the host name in baseUrl, and name resolution (DNS)';
  if (code === 'ECONNREFUSED') return 'start the server, or correct the port in baseUrl';
  if (/CERT|SELF_SIGNED|SSL|TLS/.test(code))
    return 'give Node your certificate authority: NODE_EXTRA_CA_CERTS=/path.pem';
  return 'check the firewall and baseUrl; behind a web proxy, Node needs NODE_USE_ENV_PROXY=1 and HTTPS_PROXY';
}

/** A Date header has whole seconds, so half of one is added; the answer's age is taken as half the round trip. */
function clockAhead(date: string | null, asked: number, answered: number): number | null {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(theirs) ? null : (asked + answered) / 2 - (theirs + 500);
}

/** The median of all who answered, so that one wrong clock out there does no harm. */
export function checkClock(aheadMs: readonly (number | null)[]): Check {
  const known = aheadMs.filter((one) => one !== null).sort((left, right) => left - right);
  const median = known[Math.floor(known.length / 2)];
  if (median === undefined) return ok('clock', 'nobody to compare it with');
  const seconds = Math.round(Math.abs(median) / 1000);
  const found = seconds <= 1 ? 'agrees with those who answered' : `${seconds} s ${median > 0 ? 'ahead' : 'behind'}`;
  const fix = 'synchronise it (chrony, systemd-timesyncd): times of requests and prices by date depend on it';
  if (seconds <= 5) return ok('clock', found);
  return seconds <= 60 ? warn('clock', found, fix) : fail('clock', found, fix);
}
