// Sorts a provider's refusal into a class. Status alone is not enough: a used-up quota and a full minute are both 429, a bad
// key is 400 at Google's, and inside a stream there is no status at all.
import { asObject, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { readError } from '../reading/read-error.ts';
import type { ErrorClass, NeutralError } from './error.ts';

/** Words in type, code or message, the telling ones first. */
const signs: [RegExp, ErrorClass][] = [
  [/insufficient_quota|billing|credit|insufficient[ _]balance|spend_limit|payment|quota exceeded for your/i, 'quota'],
  [
    /context[ _]length|context[ _]window|prompt is too long|maximum context|too many (?:input )?tokens|input is too long|maximum number of tokens/i,
    'context_length',
  ],
  [/content_filter|content_policy|responsibleai|safety|moderation|flagged/i, 'content_filter'],
  [
    /invalid[ _-]?(?:api[ _-]?|x-api-)key|api key not valid|authentication|unauthenticated|unauthorized|incorrect api key/i,
    'authentication',
  ],
  [/overloaded|server_is_overloaded|engine_overloaded|unavailable|serviceunavailable|at capacity/i, 'overloaded'],
  [/rate[_ ]?limit|throttl|resource_exhausted|too many requests|toomanyrequests/i, 'rate_limit'],
  [/model_not_found|not_found|notfound|does not exist|no such model/i, 'not_found'],
  [/permission|forbidden|accessdenied/i, 'permission'],
  [/timeout|timed out|deadline/i, 'timeout'],
  [/request_too_large|entity too large|payload/i, 'too_large'],
  [/invalid_request|invalid_argument|validation|bad_?request|unprocessable/i, 'invalid'],
];

const byStatus: Record<number, ErrorClass> = {
  400: 'invalid',
  401: 'authentication',
  402: 'quota',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  413: 'too_large',
  422: 'invalid',
  429: 'rate_limit',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

/** What words may say more exactly than a status does. A 400 can be nearly anything; a 404 is a 404. */
const refines: Record<number, ReadonlySet<ErrorClass>> = {
  400: new Set([
    'context_length',
    'content_filter',
    'authentication',
    'quota',
    'not_found',
    'rate_limit',
    'permission',
  ]),
  403: new Set(['quota', 'content_filter', 'authentication']),
  413: new Set(['context_length']),
  422: new Set(['context_length', 'content_filter']),
  429: new Set(['quota', 'overloaded']),
  500: new Set(['overloaded']),
};

/** `status` null: the error came inside a stream. `json`: the body, or the event's data; undefined where it was no JSON. */
export function neutralError(json: unknown, status: number | null): NeutralError {
  const body = asObject(Array.isArray(json) ? objectsIn(json)[0] : json) ?? {};
  const wrapped = asObject(body.error) ?? body;
  const read = readError(json) ?? { type: '', message: '' };
  const code = wordOf(wrapped.code ?? asObject(wrapped.details)?.error_code);
  const words = classOf(`${read.type} ${code} ${read.message}`);
  const retryAfterMs = retryDelay(wrapped);
  // Google speaks of plan and billing for a full minute too; whoever says when to come back is not out of money.
  const told = words === 'quota' && retryAfterMs !== null ? 'rate_limit' : words;
  return {
    class: settle(status ?? inBandStatus(wrapped.code), told),
    type: read.type,
    code,
    message: read.message,
    param: asText(wrapped.param),
    retryAfterMs,
    raw: json ?? null,
  };
}

function settle(status: number | null, told: ErrorClass | null): ErrorClass {
  if (status === null) return told ?? 'server';
  if (told !== null && refines[status]?.has(told)) return told;
  return (
    byStatus[status] ?? (status >= 500 ? (told === 'overloaded' || told === 'timeout' ? told : 'server') : 'invalid')
  );
}

function classOf(words: string): ErrorClass | null {
  return signs.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

/** OpenRouter and Google write the status as a number into the error itself. */
function inBandStatus(code: unknown): number | null {
  const number = typeof code === 'number' ? code : Number.NaN;
  return number >= 400 && number < 600 ? number : null;
}

/** google.rpc.RetryInfo: "34.4s". */
function retryDelay(error: JsonObject): number | null {
  for (const detail of objectsIn(error.details)) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(asText(detail.retryDelay))?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return null;
}

const wordOf = (value: unknown): string => (typeof value === 'number' ? String(value) : asText(value));
