// Turns what the network layer throws into one of our codes, with words that say what was tried and what to look at.
import { ProxyError } from '../errors.ts';

interface NetworkError {
  name?: string;
  code?: string;
  message?: string;
  cause?: unknown;
}

const dns = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const refused = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);
const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const invalid = /^(HPE_|UND_ERR_(INVALID|HEADERS_OVERFLOW|RESPONSE|NOT_SUPPORTED|REQ_|RES_))/;
const tls = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH)/;

/** `host` is the provider's host, for the message. Never contains header values or query strings. */
export function describeFailure(error: unknown, provider: string, host: string): ProxyError {
  if (error instanceof ProxyError) return error;
  const { code, reason } = rootCause(error);
  const where = `provider "${provider}" at ${host}`;
  if (dns.has(code)) {
    return wrap(
      'SIGHTLINE_UPSTREAM_DNS',
      `The name of ${where} could not be resolved (${code}). Check its baseUrl and this machine's DNS.`,
      error,
    );
  }
  if (refused.has(code)) {
    return wrap(
      'SIGHTLINE_UPSTREAM_REFUSED',
      `No connection to ${where} (${code}). Is it running, and may this machine reach it?`,
      error,
    );
  }
  if (timeouts.has(code)) {
    return wrap('SIGHTLINE_UPSTREAM_TIMEOUT', `No answer in time from ${where} (${code}).`, error);
  }
  if (tls.test(code)) {
    return wrap(
      'SIGHTLINE_UPSTREAM_TLS',
      `No secure connection to ${where} (${code}): check its certificate and baseUrl.`,
      error,
    );
  }
  if (invalid.test(code)) {
    return wrap('SIGHTLINE_UPSTREAM_INVALID', `What ${where} sent is not valid HTTP (${code}).`, error);
  }
  return wrap('SIGHTLINE_UPSTREAM_RESET', `The connection to ${where} broke (${code || reason}).`, error);
}

function wrap(code: ProxyError['code'], message: string, cause: unknown): ProxyError {
  return new ProxyError(code, message, { cause });
}

function rootCause(error: unknown): { code: string; reason: string } {
  let at = error as NetworkError | undefined;
  let code = '';
  let reason = 'unknown reason';
  for (let depth = 0; at && typeof at === 'object' && depth < 5; depth++) {
    // undici's parser errors often carry no code, only a name.
    if (typeof at.code === 'string') code = at.code;
    else if (at.name === 'HTTPParserError') code = 'HPE_INVALID';
    if (typeof at.message === 'string' && at.message) reason = at.message.slice(0, 120);
    at = at.cause as NetworkError | undefined;
  }
  return { code, reason };
}
