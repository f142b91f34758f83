// What a draw is made for: a session, a user, or the request alone. Decisions store a keyed hash, never the name, and the
// draw is a function of that hash, so that it can be checked from the record and comes out alike in every process.
import { createHmac } from 'node:crypto';
import type { Question } from './question.ts';

export type UnitKind = 'session' | 'user' | 'request' | 'none';

/** Of the question, under a salt that keeps one route's or experiment's units apart from another's; '': drawn alone. */
export type UnitOf = (kind: UnitKind, question: Pick<Question, 'session' | 'user'>, salt: string) => string;

/** `key`: the same in all processes that should agree; it keeps the hashes from being guessed back to names. */
export function unitsUnder(key: string): UnitOf {
  return (kind, { session, user }, salt) => {
    const name = kind === 'session' ? session : kind === 'user' ? user : '';
    if (name === '') return '';
    return createHmac('sha256', key).update(`${salt}\n${kind}\n${name}`).digest('hex').slice(0, 16);
  };
}

/** The unit as a number to hash with. */
export const unitNumber = (unit: string): number => Number.parseInt(unit.slice(0, 8), 16) | 0;
