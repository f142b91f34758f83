// How an answer ended of which the client has seen something, or which nobody was left to see.
import type { Outcome } from '../contract/words.ts';
import { type ErrorCode, ProxyError } from './errors.ts';
import type { Unanswered } from './unanswered.ts';

export interface Ending {
  outcome: Outcome;
  errorCode: ErrorCode | '';
  errorMessage: string;
}

/** What came of an attempt whose head has arrived: the client's answer, or something it need never know of. */
export type Relayed = { ending: Ending } | { unanswered: Unanswered };

export const endedWell: Ending = Object.freeze({ outcome: 'success', errorCode: '', errorMessage: '' });
/** The provider said so itself. */
export const endedInError: Ending = Object.freeze({ outcome: 'failed', errorCode: '', errorMessage: '' });
export const clientLeft: Ending = Object.freeze({
  outcome: 'aborted',
  errorCode: 'SIGHTLINE_CLIENT_GONE',
  errorMessage: '',
});

/** Broken off after its beginning: whatever broke it, the client holds less than an answer. */
export function cutShort({ code, message }: ProxyError): Ending {
  const errorCode = code === 'SIGHTLINE_STREAM_IDLE' ? code : 'SIGHTLINE_STREAM_TRUNCATED';
  return { outcome: 'truncated', errorCode, errorMessage: message };
}

export const withoutItsEnd = (): ProxyError =>
  new ProxyError('SIGHTLINE_STREAM_TRUNCATED', 'The provider ended the stream before the answer was complete.');

export const noAnswer = (): ProxyError =>
  new ProxyError('SIGHTLINE_UPSTREAM_INVALID', 'What the provider sent is no whole answer in its own format.');
