// The faults of the matrix: each as something a real server does, in the format that the provider speaks.
import {
  answer,
  answerStream,
  bomb,
  drip,
  hang,
  hangAfter,
  redirect,
  resetMidChunk,
  shortContentLength,
} from '../support/faulty-behaviours.ts';
import type { Behaviour } from '../support/faulty-upstream.ts';
import type { WireAnswer } from './wire-answers.ts';

export type Form = 'whole' | 'stream';

/** Where no server is asked at all: nobody listens, no such name, no such secure server. */
export type Nowhere = 'refused' | 'unnamed' | 'untrusted';

export interface Fault {
  /** How a provider that says "Hello" well would do it wrong. */
  does: Record<Form, (wire: WireAnswer) => Behaviour> | Nowhere;
}

const json: [string, string][] = [['content-type', 'application/json']];
const dateAhead = (): string => new Date(Date.now() + 30_000).toUTCString();
const refuses = (status: number, headers: () => [string, string][] = () => []): Fault['does'] => {
  const refusal = ({ refusal: body }: WireAnswer): Behaviour =>
    answer({ status, headers: headers(), pieces: [body], framing: 'length' });
  return { whole: refusal, stream: refusal };
};
const whole = (body: string): Behaviour => answer({ pieces: [body], framing: 'length' });
const stream = (...pieces: string[]): Behaviour => answerStream(pieces.filter((piece) => piece !== ''));
const pieces = ({ opening, content }: WireAnswer): string[] => [opening, content].filter((piece) => piece !== '');
const packed: Record<Form, Behaviour> = {
  whole: bomb('gzip', 16 * 1024 * 1024),
  stream: (reply, request) => packedStream(reply, request),
};
const packedStream = bombOf('text/event-stream');

function bombOf(contentType: string): Behaviour {
  const body = bomb('gzip', 16 * 1024 * 1024);
  return (reply, request) => {
    const typed: typeof reply = {
      ...reply,
      head: (status, headers, reason) =>
        reply.head(
          status,
          headers.map(([name, value]) => [name, name === 'content-type' ? contentType : value] as const),
          reason,
        ),
    };
    return body(typed, request);
  };
}

export const faults = {
  'connection refused': { does: 'refused' },
  'name not found': { does: 'unnamed' },
  'not a secure server': { does: 'untrusted' },
  'hangs before its head': { does: { whole: hang, stream: hang } },
  'hangs in the middle': {
    does: {
      whole: ({ whole: body }) => hangAfter([body.slice(0, 20)], json),
      stream: (wire) => hangAfter(pieces(wire)),
    },
  },
  'resets inside a chunk': {
    does: {
      whole: ({ whole: body }) => resetMidChunk([body.slice(0, 20)], json),
      stream: (wire) => resetMidChunk(pieces(wire)),
    },
  },
  'ends too early': {
    does: {
      whole: ({ whole: body }) => shortContentLength(body.slice(0, 20)),
      stream: (wire) => stream(...pieces(wire)),
    },
  },
  'is not what it says': {
    does: { whole: () => whole('once upon a time'), stream: () => stream('once upon a time\n\n') },
  },
  'fails after its 200': {
    does: {
      whole: ({ refusal }) => whole(refusal),
      stream: (wire) => stream(...pieces(wire), wire.refusalEvent),
    },
  },
  'sends a byte at a time': {
    does: {
      whole: ({ whole: body }) => drip(body, 1, json),
      stream: ({ opening, content, rest }) =>
        drip(opening + content + rest, 1, [['content-type', 'text/event-stream']]),
    },
  },
  '429, seconds to wait': { does: refuses(429, () => [['retry-after', '30']]) },
  '429, a date to wait for': { does: refuses(429, () => [['retry-after', dateAhead()]]) },
  'a 500': { does: refuses(500) },
  'a 502': { does: refuses(502) },
  'a 503': { does: refuses(503) },
  'a 529': { does: refuses(529) },
  'a gzip bomb': { does: { whole: () => packed.whole, stream: () => packed.stream } },
  'a redirect': {
    does: { whole: () => redirect('http://127.0.0.1:1/'), stream: () => redirect('http://127.0.0.1:1/') },
  },
  'answers well after an error': {
    does: {
      whole: ({ whole: body }) => whole(body),
      stream: ({ opening, content, rest }) => stream(opening, content, rest),
    },
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
