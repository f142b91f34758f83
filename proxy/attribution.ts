// Who asks and what for, from the headers that apps already send: ours first, then the peers' names (first match wins).
// Nothing here is trusted for access; a key's binding outranks it.
import type { IncomingHttpHeaders } from 'node:http';
import type { KeyRecord } from '../contract/access/key.ts';
import type { Attribution } from '../contract/exchange.ts';
import type { CaptureMode } from '../contract/words.ts';

const maximumLength = 256;
const maximumTags = 32;

const names = {
  user: ['x-sightline-user', 'helicone-user-id', 'x-litellm-end-user-id', 'x-litellm-customer-id'],
  session: [
    'x-sightline-session',
    'helicone-session-id',
    'x-portkey-trace-id',
    'x-session-id',
    'x-claude-code-session-id',
  ],
  task: ['x-sightline-task', 'helicone-session-path', 'helicone-prompt-id'],
  app: ['x-sightline-app', 'x-title'],
  team: ['x-sightline-team'],
  environment: ['x-sightline-environment'],
} as const;

type Named = keyof typeof names;

export function attributionFromHeaders(headers: IncomingHttpHeaders): Attribution {
  const portkey = stringMap(headers['x-portkey-metadata']);
  const tags = tagsFromHeaders(headers, portkey);
  const said = (field: Named): string => first(headers, names[field]) || tags[field] || '';
  return {
    tenant: 'default',
    user: said('user') || portkey._user || '',
    session: said('session'),
    task: said('task'),
    app: said('app'),
    team: said('team') || portkey._organisation || '',
    environment: said('environment') || portkey._environment || '',
    key: '',
    tags,
  };
}

const bindable = ['team', 'app', 'environment', 'user', 'task'] as const;

/** What a key binds wins over whatever the client said, and whoever has one is of its tenant. */
export function bound(attribution: Attribution, record: KeyRecord): Attribution {
  const out: Attribution = { ...attribution, tenant: record.tenant, key: record.id };
  for (const field of bindable) if (record[field] !== '') out[field] = record[field];
  return out;
}

/** `x-sightline-tags: a=b, c` and the peers' free properties, as one map; a tag without a value is "true". */
function tagsFromHeaders(headers: IncomingHttpHeaders, portkey: Record<string, string>): Record<string, string> {
  const tags: Record<string, string> = {};
  const put = (name: string, value: string): void => {
    if (name && !name.startsWith('_') && Object.keys(tags).length < maximumTags) tags[cut(name)] = cut(value);
  };
  const listed = [headers['x-sightline-tags'], headers['x-litellm-tags']].filter((header) => header !== undefined);
  for (const part of listed.length > 0 ? listed.flat().join(',').split(',') : []) {
    const at = part.indexOf('=');
    if (at < 0) put(part.trim(), 'true');
    else put(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  for (const [name, value] of Object.entries({ ...portkey, ...stringMap(headers['cf-aig-metadata']) }))
    put(name, value);
  for (const name in headers) {
    if (name.startsWith('helicone-property-')) put(name.slice(18), String(headers[name]));
  }
  return tags;
}

/** What a client may lower: bodies kept, metadata alone, or nothing. Null when it does not say. */
export function captureFromHeaders(headers: IncomingHttpHeaders): CaptureMode | null {
  const own = headers['x-sightline-capture'];
  if (own === 'off' || own === 'metadata' || own === 'full') return own;
  if (headers['cf-aig-collect-log'] === 'false') return 'metadata';
  if (headers['cf-aig-collect-log-payload'] === 'false') return 'metadata';
  if (headers['helicone-omit-request'] === 'true' || headers['helicone-omit-response'] === 'true') return 'metadata';
  return headers['x-litellm-enable-message-redaction'] === 'true' ? 'metadata' : null;
}

function first(headers: IncomingHttpHeaders, candidates: readonly string[]): string {
  for (const name of candidates) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return cut(value);
  }
  return '';
}

function stringMap(header: string | string[] | undefined): Record<string, string> {
  if (typeof header !== 'string' || header === '') return {};
  try {
    const parsed: unknown = JSON.parse(header);
    if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

const cut = (text: string): string => (text.length > maximumLength ? text.slice(0, maximumLength) : text);
