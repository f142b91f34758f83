// The part of a request in which two that mean the same may differ: the words of its only turn. Everything else has to be
// equal to the letter.

import type { NeutralRequest } from '../../dialects/neutral/request.ts';
import { canonical } from '../canonical.ts';

export interface NearQuestion {
  text: string;
  /** All but the words. */
  rest: string;
}

const longestText = 4000;

/** Null where there is more to it than one question in words: turns before it, pictures, results of tools. */
export function nearQuestion(request: NeutralRequest): NearQuestion | null {
  const { stream, wantsUsage, user, metadata, cacheKey, serviceTier, messages, ...settings } = request;
  const said = messages.filter(({ role }) => role !== 'system');
  const [only, ...more] = said;
  if (only?.role !== 'user' || more.length > 0) return null;
  const texts = only.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (texts.length !== only.content.length) return null;
  const text = texts.join('\n').trim();
  if (text === '' || text.length > longestText) return null;
  const others = messages.filter((message) => message !== only);
  return { text, rest: canonical({ ...settings, others, name: only.name }) };
}
