// Access tokens for Google Cloud: a service account signs an assertion with its key and exchanges it for a token that holds
// for an hour. https://developers.google.com/identity/protocols/oauth2/service-account#httprest
// Written by hand, because google-auth-library brings six packages along for one signature and one POST.
import { createSign } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import type { ServiceAccount } from '../../configuration/provider.ts';
import { ProxyError } from '../errors.ts';
import { describeFailure } from './failure.ts';

export interface GoogleTokens {
  /** Throws a ProxyError that says why there is none. */
  tokenFor(provider: string, account: ServiceAccount): Promise<string>;
}

interface Token {
  value: string;
  until: number;
}

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const hourMs = 3_600_000;
/** Before its end a token is replaced while it still serves; a call waits only where less than a minute is left. */
const refreshMs = 5 * 60_000;
const tooLateMs = 60_000;
const patienceMs = 10_000;

export function createGoogleTokens(dispatcher: Dispatcher, clock: () => number): GoogleTokens {
  const tokens = new WeakMap<ServiceAccount, Token>();
  const underWay = new WeakMap<ServiceAccount, Promise<Token>>();
  const fetched = (provider: string, account: ServiceAccount): Promise<Token> => {
    const already = underWay.get(account);
    if (already) return already;
    const fetching = exchanged(provider, account, { dispatcher, now: clock() })
      .then((token) => {
        tokens.set(account, token);
        return token;
      })
      .finally(() => underWay.delete(account));
    underWay.set(account, fetching);
    return fetching;
  };
  return {
    async tokenFor(provider, account) {
      const known = tokens.get(account);
      const left = known ? known.until - clock() : 0;
      if (!known || left < tooLateMs) return (await fetched(provider, account)).value;
      if (left < refreshMs) fetched(provider, account).catch(() => {});
      return known.value;
    },
  };
}

interface Exchanging {
  dispatcher: Dispatcher;
  now: number;
}

async function exchanged(provider: string, account: ServiceAccount, { dispatcher, now }: Exchanging): Promise<Token> {
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(account, now) };
  const { host } = new URL(account.tokenUri);
  try {
    const { statusCode, body } = await request(account.tokenUri, {
      ...{ method: 'POST', dispatcher, headersTimeout: patienceMs, bodyTimeout: patienceMs },
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(grant).toString(),
    });
    const json = (await body.json().catch(() => ({}))) as Record<string, unknown>;
    if (statusCode !== 200 || typeof json.access_token !== 'string') throw refused(provider, host, statusCode, json);
    const seconds = typeof json.expires_in === 'number' ? json.expires_in : hourMs / 1000;
    return { value: json.access_token, until: now + seconds * 1000 };
  } catch (error) {
    throw describeFailure(error, provider, host);
  }
}

/** RFC 7523. */
function assertion({ email, privateKey, privateKeyId, tokenUri }: ServiceAccount, now: number): string {
  const issued = Math.floor(now / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(privateKeyId && { kid: privateKeyId }) };
  const claims = { iss: email, scope, aud: tokenUri, iat: issued, exp: issued + hourMs / 1000 };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}

/** What Google says of it is a word and a sentence, never the assertion. */
function refused(...[provider, host, status, json]: [string, string, number, Record<string, unknown>]): ProxyError {
  const said = [json.error, json.error_description].filter((word) => typeof word === 'string').join(': ');
  const message =
    `No access token for provider "${provider}": ${host} answered ${status}${said && ` (${said.slice(0, 300)})`}. ` +
    `Check "credentials" of providers.${provider}.`;
  return new ProxyError(status >= 500 ? 'SIGHTLINE_UPSTREAM_INVALID' : 'SIGHTLINE_KEY_MISSING', message);
}
