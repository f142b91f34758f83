// Every recorded exchange passes through the whole proxy unchanged, however the answer is cut, and its record says what the
// recording says: text, finish reason, usage, cost.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { chunkings, type Recording } from '../observe/recordings.ts';
import type { ProxyHouse } from '../support/proxy-house.ts';
import { expectedPrice } from './expected-price.ts';
import { disagreements } from './expected-record.ts';
import { createPlainClient, inParallel, type Received } from './plain-client.ts';
import { deliveredRecords, openReplayHouse } from './replay-house.ts';
import { type ReplayUpstream, replayHeader, type SeenRequest, startReplayUpstream } from './replay-upstream.ts';
import { type ResultRow, resultTable } from './result-table.ts';
import { endToEnd, pathOn, recordingsByProvider, requestBytes, type Way, ways } from './ways.ts';

const recordings = recordingsByProvider();
const width = 16;
const client = createPlainClient(width);
const results: ResultRow[] = [];
let upstream: ReplayUpstream;
/** One house where everybody goes the natural way, and one for each provider that stands in for OpenAI. */
let natural: ProxyHouse;

interface Replay {
  way: Way;
  recording: Recording;
  chunking: string;
  name: string;
  /** Filled in as it happens. */
  id: string;
  asked: boolean;
}

beforeAll(async () => {
  upstream = await startReplayUpstream();
  natural = await openReplayHouse(upstream.url);
});
afterAll(async () => {
  await natural.close();
  await client.close();
  await upstream.close();
  if (results.length > 0) process.stderr.write(resultTable(results));
});

/** One exchange; gives what went wrong on the way, a line each. */
async function replayOne(replay: Replay, house: ProxyHouse): Promise<string[]> {
  const { way, recording, chunking, name } = replay;
  const { request, response } = recording;
  const pieces = chunkings[chunking]!(response.bytes);
  const streams = response.contentType.startsWith('text/event-stream');
  const framing = chunking === 'whole' && !streams ? 'length' : 'chunked';
  upstream.prepare(name, { status: response.status, headers: endToEnd(response.headers), pieces, framing });
  const received = await client.send({
    url: house.url + pathOn(way, request.path),
    method: request.method,
    headers: { ...endToEnd(request.headers), [replayHeader]: name },
    body: requestBytes(recording),
  });
  replay.id = String(received.headers['x-sightline-id']);
  return [...answerFaults(recording, received), ...requestFaults(replay, upstream.seen(name))];
}

function answerFaults({ response }: Recording, received: Received): string[] {
  const faults: string[] = [];
  if (received.status !== response.status) faults.push(`status ${received.status} instead of ${response.status}`);
  if (!received.body.equals(response.bytes))
    faults.push(`answer of ${received.body.length} bytes differs from the recorded ${response.bytes.length}`);
  for (const [name, value] of Object.entries(endToEnd(response.headers)))
    if (!cameAs(value, name, received.headers[name])) faults.push(`header ${name} came as ${received.headers[name]}`);
  return faults;
}

/** A provider's own server-timing stays, with ours behind it. */
function cameAs(value: string, name: string, found: string | string[] | undefined): boolean {
  return found === value || (name === 'server-timing' && [found].flat()[0] === value);
}

function requestFaults(replay: Replay, seen: SeenRequest | undefined): string[] {
  const { way, recording } = replay;
  if (!seen) return ['nothing reached the provider'];
  const faults: string[] = [];
  const sent = requestBytes(recording);
  replay.asked = way.through === 'model route' && !seen.body.equals(sent);
  if (!(replay.asked ? withoutOurAsk(seen.body) : seen.body).equals(sent))
    faults.push('the request reached the provider changed');
  if (!way.asDefault && seen.path !== recording.request.path) faults.push(`path ${seen.path}`);
  if (seen.method !== recording.request.method) faults.push(`method ${seen.method}`);
  return faults;
}

/** The one change the proxy may make, taken back: a stream that did not ask for its usage is made to. */
function withoutOurAsk(body: Buffer): Buffer {
  const { stream, stream_options } = JSON.parse(body.toString());
  if (stream !== true || stream_options?.include_usage !== true) return body;
  const only = Object.keys(stream_options).length === 1;
  const ours = only ? ',"stream_options":{"include_usage":true}' : ',"include_usage":true';
  return Buffer.from(body.toString().replace(ours, ''));
}

function recordFaults(replay: Replay, record: ExchangeRecord | undefined): string[] {
  if (!record) return ['no record was delivered'];
  const wrong = disagreements(replay.recording, record);
  if (record.provider !== replay.way.configured) wrong.push(`served by ${record.provider}`);
  if (record.passthrough !== wentThrough(replay)) wrong.push(`passthrough is ${record.passthrough}`);
  return wrong;
}

/** Replays every recording of a provider on its way, prints nothing, and gives what went wrong, a line for each replay. */
async function replayAll(way: Way, house: ProxyHouse): Promise<string[]> {
  const began = performance.now();
  const own = recordings?.get(way.provider) ?? [];
  const replays = own.flatMap((recording, index) =>
    Object.keys(chunkings).map((chunking, cut): Replay => {
      const name = `${way.configured}-${way.asDefault ? 'd' : 'n'}-${index}-${cut}`;
      return { way, recording, chunking, name, id: '', asked: false };
    }),
  );
  const faults = new Map<Replay, string[]>();
  await inParallel(replays, width, async (replay) => {
    const lost = (error: Error) => [`no whole answer came back: ${error.message}`];
    faults.set(replay, await replayOne(replay, house).catch(lost));
  });
  const ids = replays.map(({ id }) => id).filter((id) => id !== '');
  const records = await deliveredRecords(house, ids);
  const lines = replays.flatMap((replay) => {
    const wrong = [...(faults.get(replay) ?? []), ...recordFaults(replay, records.get(replay.id))];
    return wrong.length === 0 ? [] : [`${replay.recording.id}, ${replay.chunking}: ${wrong.join('; ')}`];
  });
  const seconds = (performance.now() - began) / 1000;
  const passed = replays.length - lines.length;
  const asked = replays.filter((replay) => replay.asked).length;
  results.push({ way, exchanges: own.length, replays: replays.length, passed, asked, costs: costsOf(own), seconds });
  return lines;
}

function costsOf(own: Recording[]): ResultRow['costs'] {
  const costs: ResultRow['costs'] = {};
  for (const recording of own) {
    const { source } = expectedPrice(recording, new Date());
    costs[source] = (costs[source] ?? 0) + 1;
  }
  return costs;
}

/** OpenAI's assistants are no model route: nobody reads them, they only pass. */
const wentThrough = ({ way, recording }: Replay): boolean =>
  way.through === 'by name' || recording.request.path.startsWith('/v1/threads/');

test('a replayed answer reaches an HTTP client in exactly the pieces it was cut into', async () => {
  const bytes = Buffer.from('data: {"x":"größer"}\r\n\r\ndata: [DONE]\r\n\r\n');
  for (const [chunking, cut] of Object.entries(chunkings)) {
    upstream.prepare(chunking, { status: 200, headers: {}, pieces: cut(bytes), framing: 'chunked' });
    const { url } = upstream;
    const request = { url, method: 'GET', headers: { [replayHeader]: chunking }, body: Buffer.alloc(0) };
    const received = await client.send(request);
    expect(received.pieces).toEqual(cut(bytes).map((piece) => piece.length));
    expect(received.body).toEqual(bytes);
  }
});

describe.skipIf(recordings === null)('every recorded exchange, in five chunkings', () => {
  test.each(ways.filter((way) => !way.asDefault))(
    'of $provider passes unchanged ($through) and is recorded as it was',
    async (way) => {
      expect(await replayAll(way, natural)).toEqual([]);
    },
    240_000,
  );

  test.each(ways.filter((way) => way.asDefault))(
    'of $provider passes unchanged where $provider stands behind the model routes',
    async (way) => {
      const house = await openReplayHouse(upstream.url, way.configured);
      try {
        expect(await replayAll(way, house)).toEqual([]);
      } finally {
        await house.close();
      }
    },
    240_000,
  );
});
