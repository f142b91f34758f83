// Where an app does not ask a stream for its usage, the proxy does, and what comes of it stays between the proxy and the
// provider: recorded streams that bring a usage chunk, asked for by somebody who did not want one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunkings, type Recording } from '../observe/recordings.ts';
import type { ProxyHouse } from '../support/proxy-house.ts';
import { disagreements } from './expected-record.ts';
import { createPlainClient, inParallel } from './plain-client.ts';
import { deliveredRecords, openReplayHouse } from './replay-house.ts';
import { type ReplayUpstream, replayHeader, startReplayUpstream } from './replay-upstream.ts';
import { endToEnd, recordingsByProvider, requestBytes } from './ways.ts';

const all = recordingsByProvider();
const streams = [...(all?.get('openai') ?? [])].filter(({ request }) => /"include_usage": ?true/.test(bodyOf(request)));
const client = createPlainClient(8);
let upstream: ReplayUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startReplayUpstream();
  house = await openReplayHouse(upstream.url);
});
afterAll(async () => {
  await house.close();
  await client.close();
  await upstream.close();
});

function bodyOf(request: Recording['request']): string {
  return request.body?.text ?? '';
}

/** The same exchange as if the app had not asked. */
function unasked(recording: Recording): Recording {
  const { stream_options: _, ...body } = JSON.parse(bodyOf(recording.request));
  return { ...recording, request: { ...recording.request, body: { text: JSON.stringify(body) } } };
}

/** The recorded bytes without the event that brings the usage. */
function withoutUsageChunk(bytes: Buffer): Buffer {
  const events = chunkings['per event']!(bytes);
  const kept = events.filter(
    (event) => !/"choices": ?\[\]/.test(event.toString()) || !/"usage": ?\{/.test(event.toString()),
  );
  expect(kept.length).toBe(events.length - 1);
  return Buffer.concat(kept);
}

describe.skipIf(streams.length === 0)('a recorded stream whose usage only the proxy asked for', () => {
  test('reaches the app without the usage chunk, which is recorded and priced', async () => {
    const jobs = streams.flatMap((recording, index) =>
      Object.entries(chunkings).map(([chunking, cut]) => ({ recording: unasked(recording), chunking, cut, index })),
    );
    const sent: { name: string; id: string; recording: Recording }[] = [];
    await inParallel(jobs, 8, async ({ recording, chunking, cut, index }) => {
      const name = `${index}, ${chunking}`;
      const { status, headers, bytes } = recording.response;
      upstream.prepare(name, { status, headers: endToEnd(headers), pieces: cut(bytes), framing: 'chunked' });
      const received = await client.send({
        url: house.url + recording.request.path,
        method: 'POST',
        headers: { ...endToEnd(recording.request.headers), [replayHeader]: name },
        body: requestBytes(recording),
      });
      expect(received.body.toString(), name).toBe(withoutUsageChunk(bytes).toString());
      expect(JSON.parse(String(upstream.seen(name)?.body)).stream_options).toEqual({ include_usage: true });
      sent.push({ name, id: String(received.headers['x-sightline-id']), recording });
    });
    const records = await deliveredRecords(
      house,
      sent.map(({ id }) => id),
    );
    for (const { name, id, recording } of sent) expect(disagreements(recording, records.get(id)!), name).toEqual([]);
    process.stderr.write(`  ${streams.length} streams, ${sent.length} replays: the usage chunk stays here\n`);
  });
});
