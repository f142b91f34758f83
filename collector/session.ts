// Sessions of people who gave the access key: a cookie that says until when, signed with the key itself, so that
// nothing is stored and a changed key ends every session. Keys are compared in constant time.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const sessionCookie = 'sightline_session';
const lifetimeMs = 30 * 24 * 3600 * 1000;

/** True when both strings are the same; takes equally long wherever they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** A new session's cookie value: `<epoch milliseconds of its end>.<signature>`. */
export function openSession(accessKey: string, now: number): string {
  const until = String(now + lifetimeMs);
  return `${until}.${sign(accessKey, until)}`;
}

export function sessionHolds(value: string, accessKey: string, now: number): boolean {
  const [until = '', signature = ''] = value.split('.');
  return /^\d{1,16}$/.test(until) && Number(until) > now && sameSecret(signature, sign(accessKey, until));
}

const sign = (accessKey: string, until: string): string =>
  createHmac('sha256', accessKey).update(`session ${until}`).digest('base64url');

/** The Set-Cookie line. `path` is the base path, so that two dashboards on one host keep apart. */
export function sessionCookieLine(value: string, options: { path: string; secure: boolean }): string {
  const attributes = [`Path=${options.path}`, `Max-Age=${lifetimeMs / 1000}`, 'HttpOnly', 'SameSite=Strict'];
  if (options.secure) attributes.push('Secure');
  return [`${sessionCookie}=${value}`, ...attributes].join('; ');
}

/** The value of our cookie in a Cookie header; empty when it is not there. */
export function sessionFrom(cookieHeader: string | undefined): string {
  const found = (cookieHeader ?? '').split(';').find((part) => part.trim().startsWith(`${sessionCookie}=`));
  return found?.trim().slice(sessionCookie.length + 1) ?? '';
}

/** The token of an `authorization: Bearer …` header; null when there is none. */
export function bearerFrom(authorization: string | undefined): string | null {
  return /^bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Counts wrong keys per address: more than ten in a minute and the address has to wait. */
export function createAttemptLimit(clock: () => number): {
  blocked(address: string): boolean;
  wrong(address: string): void;
} {
  const attempts = new Map<string, { count: number; since: number }>();
  const current = (address: string) => {
    const entry = attempts.get(address);
    return entry && clock() - entry.since < 60_000 ? entry : undefined;
  };
  return {
    blocked: (address) => (current(address)?.count ?? 0) >= 10,
    wrong(address) {
      const entry = current(address) ?? { count: 0, since: clock() };
      attempts.delete(address);
      attempts.set(address, { ...entry, count: entry.count + 1 });
      const oldest = attempts.keys().next().value;
      if (attempts.size > 1000 && oldest !== undefined) attempts.delete(oldest);
    },
  };
}
