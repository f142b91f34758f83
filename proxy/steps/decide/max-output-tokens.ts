// The most that an answer may have, read from the raw request. Null: it sets no limit.
import { outputLimit } from '../../../catalog/tokens/output-limit.ts';
import { readField } from '../../dialects/reading/top-level-fields.ts';
import type { Exchange } from '../../exchange.ts';

export const maxOutputTokens = ({ scan, body }: Pick<Exchange, 'scan' | 'body'>): number | null =>
  scan && outputLimit((name) => (scan.fields.has(name) ? readField(body, scan.fields, name) : undefined));
