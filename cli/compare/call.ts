// One call, timed from the moment it is handed over: head, first content, end; with what it used and what went wrong.
import { type Dispatcher, request } from 'undici';
import type { Usage } from '../../contract/usage.ts';
import type { DialectName } from '../../contract/words.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import { SseReader } from '../../proxy/observe/sse-reader.ts';
import type { Side } from './sides.ts';

export interface Measured {
  /** Null when all went well; else one word: `http_429`, `timeout`, `ECONNREFUSED`, `cut_off` … */
  error: string | null;
  firstByteMs: number | null;
  /** Only of streams. */
  firstTokenMs: number | null;
  totalMs: number;
  usage: Usage | null;
  responseModel: string;
  reportedCost: string | null;
  /** What the proxy says of its own share, from `server-timing`. */
  ownMs: number | null;
  startedAt: number;
}

export interface CallParts {
  dialect: DialectName;
  dispatcher: Dispatcher;
  timeoutMs: number;
  /** Milliseconds of a clock that never goes back, and of the calendar. */
  now: () => number;
  today: () => number;
}

export async function measure(side: Side, parts: CallParts): Promise<Measured> {
  const { now, dispatcher, timeoutMs } = parts;
  const begun = now();
  const measured: Measured = {
    ...{ error: null, firstByteMs: null, firstTokenMs: null, totalMs: 0, usage: null, responseModel: '' },
    ...{ reportedCost: null, ownMs: null, startedAt: parts.today() },
  };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { url, headers, body } = side;
    const answer = await request(url, { method: 'POST', dispatcher, headers, body, signal });
    measured.firstByteMs = now() - begun;
    measured.ownMs = ownShare(answer.headers['server-timing']);
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      measured.error = `http_${answer.statusCode}`;
    } else await read(answer, measured, { ...parts, begun });
  } catch (error) {
    measured.error = wordFor(error as Error & { code?: string });
  }
  measured.totalMs = now() - begun;
  return measured;
}

async function read(
  { headers, body }: Pick<Dispatcher.ResponseData, 'headers' | 'body'>,
  measured: Measured,
  { dialect, now, begun }: CallParts & { begun: number },
): Promise<void> {
  const reader = dialects[dialect].reader('chat');
  let complete = true;
  if (String(headers['content-type']).includes('text/event-stream')) {
    const events = new SseReader();
    complete = false;
    const take = (event: ReturnType<SseReader['end']>[number]): void => {
      if (reader.event(event)) measured.firstTokenMs ??= now() - begun;
      complete ||= dialects[dialect].isTerminal(event);
    };
    for await (const chunk of body) events.push(chunk as Buffer).forEach(take);
    events.end().forEach(take);
  } else reader.whole(await body.json());
  const { usage, responseModel, reportedCost, error } = reader.reading();
  Object.assign(measured, { usage, responseModel, reportedCost });
  if (error) measured.error = error.type || 'error';
  else if (!complete) measured.error = 'cut_off';
}

/** `sightline;dur=0.41`, in milliseconds. */
function ownShare(header: string | string[] | undefined): number | null {
  const found = /(?:^|,\s*)sightline;dur=([\d.]+)/.exec(String(header ?? ''));
  return found ? Number(found[1]) : null;
}

function wordFor({ name, code, message }: Error & { code?: string }): string {
  if (name === 'TimeoutError') return 'timeout';
  return code ?? (message || name);
}
