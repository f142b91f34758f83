// What every fault comes to: what the official client sees, how the attempt ended, how the exchange was recorded.
// `alone`: one target in the client's own format, whose bytes pass as they come. `translated`: one target in another format,
// where that differs. `standby`: how the failed attempt is recorded where another target then answers "Hello"; null where
// nobody can take over, because the client already has a part of the answer: then all is as without a standby.
import type { FaultName, Form } from './faults.ts';

export type Seen = readonly [client: string, attempt: string, recorded: string];

export interface Expected {
  alone: Seen;
  translated?: Seen;
  standby: string | null;
  /** Of an answer in another format, where that differs. */
  translatedStandby?: string;
}

const fine: Expected = { alone: ['Hello', '200 success', 'success'], standby: null };
const never = (client: string, code: string): Record<Form, Expected> => {
  const expected: Expected = { alone: [client, '- unreachable', `unreachable ${code}`], standby: '- unreachable' };
  return { whole: expected, stream: expected };
};
const refused = (status: number, { translated = status, wait = '' } = {}): Record<Form, Expected> => {
  const seen = (shown: number): Seen => [`error ${shown}${wait}`, `${status} failed`, 'failed'];
  const expected: Expected = { alone: seen(status), translated: seen(translated), standby: `${status} failed` };
  return { whole: expected, stream: expected };
};
/** A stream that stops after "Hel". */
const begun = (attempt: string, recorded: string): Expected => ({
  alone: ['Hel + error', attempt, recorded],
  standby: null,
});
const broken = (code: string, translated: Seen): Expected => ({
  alone: ['broken connection', '200 truncated', `truncated ${code}`],
  ...{ translated, standby: '200 truncated' },
});

export const expectations: Record<FaultName, Record<Form, Expected>> = {
  'connection refused': never('error 502', 'SIGHTLINE_UPSTREAM_REFUSED'),
  'name not found': never('error 502', 'SIGHTLINE_UPSTREAM_DNS'),
  'not a secure server': never('error 502', 'SIGHTLINE_UPSTREAM_TLS'),
  'hangs before its head': never('error 504', 'SIGHTLINE_UPSTREAM_TIMEOUT'),
  'hangs in the middle': {
    whole: broken('SIGHTLINE_STREAM_IDLE', ['error 504', '200 truncated', 'truncated SIGHTLINE_STREAM_IDLE']),
    stream: begun('200 truncated', 'truncated SIGHTLINE_STREAM_IDLE'),
  },
  'resets inside a chunk': {
    whole: broken('SIGHTLINE_STREAM_TRUNCATED', ['error 502', '200 truncated', 'truncated SIGHTLINE_UPSTREAM_RESET']),
    stream: begun('200 truncated', 'truncated SIGHTLINE_STREAM_TRUNCATED'),
  },
  'ends too early': {
    whole: broken('SIGHTLINE_STREAM_TRUNCATED', ['error 502', '200 truncated', 'truncated SIGHTLINE_UPSTREAM_RESET']),
    stream: begun('200 truncated', 'truncated SIGHTLINE_STREAM_TRUNCATED'),
  },
  'is not what it says': {
    whole: {
      // Alone, the bytes are the client's to judge.
      alone: ['unreadable', '200 success', 'success'],
      translated: ['error 502', '200 truncated', 'truncated SIGHTLINE_UPSTREAM_INVALID'],
      standby: '200 truncated',
    },
    stream: {
      alone: ['error', '200 truncated', 'truncated SIGHTLINE_STREAM_TRUNCATED'],
      standby: '200 truncated',
    },
  },
  'fails after its 200': {
    whole: {
      alone: ['nothing', '200 failed', 'failed'],
      translated: ['error 500', '200 failed', 'failed'],
      standby: '200 failed',
    },
    stream: begun('200 failed', 'failed'),
  },
  'sends a byte at a time': { whole: fine, stream: fine },
  '429, seconds to wait': refused(429, { wait: ', wait' }),
  '429, a date to wait for': refused(429, { wait: ', wait' }),
  'a 500': refused(500),
  'a 502': refused(502),
  'a 503': refused(503),
  // 529 is Anthropic's alone; in OpenAI's words it is 503.
  'a 529': refused(529, { translated: 503 }),
  'a gzip bomb': {
    // What comes compressed passes as it came, and the client unpacks what it asked for.
    whole: {
      alone: ['unreadable', '200 success', 'success'],
      translated: ['error 502', '200 truncated', 'truncated SIGHTLINE_UPSTREAM_INVALID'],
      ...{ standby: null, translatedStandby: '200 truncated' },
    },
    stream: {
      alone: ['broken connection', '200 truncated', 'truncated SIGHTLINE_STREAM_TRUNCATED'],
      translated: ['error', '200 truncated', 'truncated SIGHTLINE_STREAM_TRUNCATED'],
      ...{ standby: null, translatedStandby: '200 truncated' },
    },
  },
  'a redirect': {
    whole: redirected(),
    stream: redirected(),
  },
  'answers well after an error': { whole: fine, stream: fine },
};

/** Followed by the client, to where nobody listens; never by us. */
function redirected(): Expected {
  return {
    alone: ['no connection', '307 success', 'success'],
    translated: ['error 502', '307 failed', 'failed'],
    standby: '307 failed',
  };
}
