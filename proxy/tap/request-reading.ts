// What was captured of a request body, as text and, where it is whole, as JSON.
import type { DialectName } from '../../contract/words.ts';
import { dialects } from '../dialects/index.ts';
import type { RequestText } from '../dialects/reading/request-text.ts';

export interface RequestReading {
  /** Empty for bodies that are no text: uploads, compressed bytes. */
  text: string;
  /** Undefined when it is no JSON, or not all of it. */
  json: unknown;
  /** What people and programs said in it, collected when first asked for; null when it cannot be read. */
  said(): RequestText | null;
}

const decoder = new TextDecoder();
const textual = /json|^text\/|xml|urlencoded|graphql|^$/i;

export interface RequestOf {
  dialect: DialectName;
  headers: [string, string][];
  cut: boolean;
}

export function readRequest(bytes: Buffer, of: RequestOf): RequestReading {
  const header = (wanted: string) => of.headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const encoding = header('content-encoding').toLowerCase();
  if (bytes.length === 0 || !textual.test(header('content-type')) || !['', 'identity'].includes(encoding)) {
    return { text: '', json: undefined, said: () => null };
  }
  // `stream`: a character that the capture limit went through is left out, and remembered by that decoder.
  const text = of.cut ? new TextDecoder().decode(bytes, { stream: true }) : decoder.decode(bytes);
  const json = of.cut ? undefined : parse(text);
  let said: RequestText | null = null;
  const collected = () => {
    said ??= dialects[of.dialect].requestText(json);
    return said;
  };
  return { text, json, said: json === undefined ? () => null : collected };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
