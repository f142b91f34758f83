// Which column of an invoice means what. Names are compared without case, spaces and punctuation, so that "usage_date_utc" and
// "Usage Date (UTC)" are the same. The first name of a list that the file has is taken.
// Seen in: OpenAI's cost and usage exports (platform.openai.com/usage), Anthropic's (platform.claude.com/cost and /usage), and
// FOCUS 1.x (focus.finops.org), whose extra columns begin with x_.

export const columnNames = {
  day: [
    ...['date', 'day', 'usagedateutc', 'usagedate', 'starttimeiso', 'starttime', 'chargeperiodstart', 'startingat'],
    ...['bucketstarttime', 'timestamp'],
  ],
  model: [
    'model',
    'modelversion',
    'modelname',
    'xmodel',
    'xmodelname',
    'lineitem',
    'resourcename',
    'skumeter',
    'skuid',
  ],
  amount: [
    ...['amountusd', 'costusd', 'totalusd', 'usd', 'amountvalue', 'amountindollars', 'billedcost', 'effectivecost'],
    ...['amount', 'cost', 'totalcost', 'total'],
  ],
  currency: ['amountcurrency', 'currency', 'billingcurrency'],
  provider: ['provider', 'providername', 'serviceprovidername', 'publishername', 'xprovider'],
  category: ['chargecategory'],
  requests: ['nummodelrequests', 'requests', 'numrequests', 'requestcount', 'calls'],
  kind: ['tokentype', 'xtokentype', 'lineitem'],
  input: ['inputtokens', 'prompttokens', 'totalinputtokens'],
  inputUncached: ['inputuncachedtokens', 'usageinputtokensnocache', 'uncachedinputtokens', 'inputtokensnocache'],
  inputCacheRead: [
    'inputcachedtokens',
    'usageinputtokenscacheread',
    'cachereadinputtokens',
    'cachereadtokens',
    'cachedtokens',
  ],
  inputCacheWrite5m: [
    ...['usageinputtokenscachewrite5m', 'cachewrite5mtokens', 'cachecreationinputtokens', 'cachewritetokens'],
    ...['inputcachewritetokens'],
  ],
  inputCacheWrite1h: ['usageinputtokenscachewrite1h', 'cachewrite1htokens'],
  output: ['outputtokens', 'completiontokens', 'usageoutputtokens', 'totaloutputtokens'],
  webSearches: ['websearchcount', 'websearches'],
} as const satisfies Record<string, readonly string[]>;

export type Column = keyof typeof columnNames;
export type Columns = Partial<Record<Column, string>>;

export const plainName = (header: string): string => header.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The file's own header for each thing that is there. */
export function columnsIn(headers: readonly string[]): Columns {
  const byName = new Map(headers.map((header) => [plainName(header), header]));
  const found = Object.entries(columnNames).map(([column, names]) => {
    const name = names.find((one) => byName.has(one));
    return [column, name && byName.get(name)];
  });
  return Object.fromEntries(found.filter(([, header]) => header !== undefined));
}

export function shapeOf(columns: Columns): string {
  const has = (column: Column, name: string) => plainName(columns[column] ?? '') === name;
  if (has('day', 'chargeperiodstart')) return 'FOCUS';
  if (has('model', 'lineitem')) return 'OpenAI costs';
  if (has('requests', 'nummodelrequests')) return columns.amount ? 'OpenAI usage with costs' : 'OpenAI usage';
  if (has('inputUncached', 'usageinputtokensnocache')) return 'Anthropic usage';
  if (has('day', 'usagedateutc')) return 'Anthropic costs';
  return columns.amount ? 'a table of day, model and amount' : 'a table of day, model and tokens';
}

/** Whose export it is, where its shape says so. */
export function providerOf(shape: string): string | null {
  if (shape.startsWith('OpenAI')) return 'openai';
  return shape.startsWith('Anthropic') ? 'anthropic' : null;
}

const kinds: readonly [RegExp, string][] = [
  [/no_cache|uncached/, 'inputUncached'],
  [/cache_?write_?1h|1h_?cache/, 'inputCacheWrite1h'],
  [/cache_?write|cache_?creation/, 'inputCacheWrite5m'],
  [/cache/, 'inputCacheRead'],
  [/search/, 'webSearches'],
  [/audio/, ''],
  [/output|completion/, 'output'],
  [/input|prompt/, 'inputUncached'],
];

/** The bucket that a line is about, from words such as "cached input" or input_cache_read; '' where they say nothing. */
export function bucketOf(kind: string): string {
  const words = kind.toLowerCase().replace(/[\s-]+/g, '_');
  return kinds.find(([pattern]) => pattern.test(words))?.[1] ?? '';
}
