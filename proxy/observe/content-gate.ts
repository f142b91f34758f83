// Tells when an answer that passes as it came has begun to say something, so that it can no longer be taken back; and what
// the provider complained of, where it failed before that. Asked only while somebody else could still answer instead.
import type { DialectName } from '../../contract/words.ts';
import { dialects } from '../dialects/index.ts';
import type { NeutralError } from '../dialects/neutral/error.ts';
import { isContent } from '../dialects/neutral/event.ts';
import { eventSplitterFor } from './event-splitter.ts';

export interface ContentGate {
  /** True from the first content on. */
  push(bytes: Buffer): boolean;
  readonly error: NeutralError | null;
}

/** Null: nobody here can tell, so the answer counts as begun. */
export function createContentGate(dialect: DialectName, contentType: string, encoding: string): ContentGate | null {
  const splitter = encoding === '' || encoding === 'identity' ? eventSplitterFor(contentType) : null;
  const reader = dialects[dialect].provider?.eventReader();
  if (!splitter || !reader) return null;
  let error: NeutralError | null = null;
  return {
    push(bytes) {
      let spoke = false;
      let finished = false;
      for (const event of splitter.push(bytes)) {
        for (const neutral of reader.event(event)) {
          if (neutral.type === 'error') error ??= neutral.error;
          spoke ||= isContent(neutral);
          finished ||= neutral.type === 'finish';
        }
      }
      // An answer that ends without a word has been given, too; one that ends in an error has not.
      return spoke || (finished && error === null);
    },
    get error() {
      return error;
    },
  };
}
