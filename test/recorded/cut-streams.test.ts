// A recorded stream that stops before its end never looks like a whole answer: the client is told in its own dialect, and
// the record says so.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunkings, type Recording } from '../observe/recordings.ts';
import type { ProxyHouse } from '../support/proxy-house.ts';
import { failed } from './expected-record.ts';
import { createPlainClient, inParallel } from './plain-client.ts';
import { deliveredRecords, openReplayHouse } from './replay-house.ts';
import { type ReplayUpstream, replayHeader, startReplayUpstream } from './replay-upstream.ts';
import { endToEnd, pathOn, recordingsByProvider, requestBytes, type Way, ways } from './ways.ts';

const recordings = recordingsByProvider();
const sample = 5;
const client = createPlainClient(8);
const cuts = ['between events', 'inside an event'] as const;
const endings = ['chunked', 'torn'] as const;
let upstream: ReplayUpstream;

beforeAll(async () => {
  upstream = await startReplayUpstream();
});
afterAll(async () => {
  await client.close();
  await upstream.close();
});

/** The event with which, or after which, the answer is complete. */
const closing = /"finish_reason": ?"[^"]|"response\.(?:completed|incomplete)"|"message_stop"|"finishReason"/;

/** Everything before the closing event, and where asked for the first half of that event. */
function beginning({ response }: Recording, cut: (typeof cuts)[number]): Buffer {
  const events = chunkings['per event']!(response.bytes);
  const end = events.findIndex((event) => closing.test(event.toString()));
  const before = Buffer.concat(events.slice(0, end));
  const half = events[end]!.subarray(0, events[end]!.length >> 1);
  return cut === 'between events' ? before : Buffer.concat([before, half]);
}

function streamsOf(provider: Way['provider']): Recording[] {
  const streams = (recordings?.get(provider) ?? []).filter(
    (each) => each.response.contentType.startsWith('text/event-stream') && !failed(each),
  );
  // Some of every format, the longest first: a stream of one event has nothing before its end.
  const size = (each: Recording) => each.response.bytes.length;
  const byPath = Map.groupBy(
    streams.sort((a, b) => size(b) - size(a)),
    (each) => each.request.path.split('?')[0],
  );
  const share = Math.ceil(sample / Math.max(byPath.size, 1));
  return [...byPath.values()].flatMap((each) => each.slice(0, share)).slice(0, sample);
}

/** What the client got after the recorded bytes, as the one event it should be. */
function eventIn(rest: string): { name: string; data: Record<string, unknown> } {
  const lines = rest.trim().split('\n');
  const name = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? '';
  const data = lines.filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)));
  if (data.length !== 1 || !rest.endsWith('\n\n'))
    throw new Error(`expected one whole event, got ${rest.slice(0, 300)}`);
  return { name, data: data[0] };
}

interface Cut {
  recording: Recording;
  cut: (typeof cuts)[number];
  ending: (typeof endings)[number];
}

async function send(way: Way, house: ProxyHouse, { recording, cut, ending }: Cut) {
  const { request, response } = recording;
  const bytes = beginning(recording, cut);
  const name = `${way.provider}/${recording.id}/${cut}/${ending}`;
  const headers = endToEnd(response.headers);
  upstream.prepare(name, { status: 200, headers, pieces: chunkings['per event']!(bytes), framing: ending });
  const received = await client.send({
    url: house.url + pathOn(way, request.path),
    method: request.method,
    headers: { ...endToEnd(request.headers), [replayHeader]: name },
    body: requestBytes(recording),
  });
  return { name, bytes, received, id: String(received.headers['x-sightline-id']) };
}

describe.skipIf(recordings === null)('a recorded stream cut before its end', () => {
  const streaming = ways.filter((way) => way.through === 'model route' && streamsOf(way.provider).length > 0);
  test.each(streaming)('of $provider ends with an error of its dialect and is recorded as truncated', async (way) => {
    const house = await openReplayHouse(upstream.url, way.asDefault ? way.configured : undefined);
    const sent: (Awaited<ReturnType<typeof send>> & Cut)[] = [];
    const jobs: Cut[] = streamsOf(way.provider).flatMap((recording) =>
      cuts.flatMap((cut) => endings.map((ending) => ({ recording, cut, ending }))),
    );
    try {
      await inParallel(jobs, 8, async (job) => void sent.push({ ...job, ...(await send(way, house, job)) }));
      const records = await deliveredRecords(
        house,
        sent.map(({ id }) => id),
      );
      for (const { name, bytes, received, id } of sent) {
        expect(received.body.subarray(0, bytes.length).equals(bytes), `${name}: what came before the cut`).toBe(true);
        expectError(received.body.toString('utf8', bytes.length), { name, id });
        expect(records.get(id), name).toMatchObject({
          ...{ outcome: 'truncated', httpStatus: 200, errorCode: 'SIGHTLINE_STREAM_TRUNCATED', stream: true },
          responseBytes: bytes.length,
        });
      }
    } finally {
      await house.close();
    }
    process.stderr.write(
      `  ${way.provider}: ${jobs.length / 4} streams cut in ${jobs.length} ways end with an error\n`,
    );
  });
});

/** The error in the shape that the dialect's own client understands. */
function expectError(rest: string, { name, id }: { name: string; id: string }): void {
  const { name: event, data } = eventIn(rest);
  const error = (data.error ?? data) as Record<string, unknown>;
  expect(JSON.stringify(data), name).toContain('SIGHTLINE_STREAM_TRUNCATED');
  expect(String(error.message), name).not.toBe('');
  if (/^anthropic/.test(name)) expect({ event, type: data.type }, name).toEqual({ event: 'error', type: 'error' });
  else if (data.type !== undefined) expect({ event, type: data.type }, name).toEqual({ event: 'error', type: 'error' });
  else expect(typeof data.error, `${name} (${id})`).toBe('object');
}
