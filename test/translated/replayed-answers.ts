// Asks for recordings through the whole proxy: a client in one format, a provider that says again what was recorded in
// another, in pieces cut in every way. What is not as the recording says comes back as lines of text.
import { frameEnds, isEventStream, isLines } from '../observe/event-stream-frames.ts';
import { expectationOf } from '../observe/expectation.ts';
import { type Chunking, chunkings, cutAt, type Recording } from '../observe/recordings.ts';
import { contentDisagreements, failed } from '../recorded/expected-record.ts';
import { inParallel } from '../recorded/plain-client.ts';
import { deliveredRecords } from '../recorded/replay-house.ts';
import { type ReplayUpstream, type SeenRequest, startReplayUpstream } from '../recorded/replay-upstream.ts';
import { endToEnd } from '../recorded/ways.ts';
import type { ProxyHouse } from '../support/proxy-house.ts';
import { answerFaults, refusalFaults } from './answer-faults.ts';
import type { AskedProvider, AskedRecording } from './asked-providers.ts';
import type { ChatAnswer } from './chat-client.ts';
import type { ClientFormat } from './expected-answer.ts';

/** What the client says, so that the upstream knows what to answer: headers do not survive a translation, words do. */
const question = (name: string): string => `Please answer as in recording <<${name}>>.`;

export const startRecordedUpstream = (): Promise<ReplayUpstream> =>
  startReplayUpstream((_head, body) => /<<([\w.-]+)>>/.exec(body.toString())?.[1] ?? '');

export interface Asking {
  provider: AskedProvider;
  /** `provider/model`. */
  model: string;
  words: string;
  stream: boolean;
  /** Names of the tools that the recorded answer calls. */
  tools: string[];
}

export interface ReplayHouse {
  house: ProxyHouse;
  upstream: ReplayUpstream;
  format: ClientFormat;
  ask(asking: Asking): Promise<ChatAnswer>;
  /** More claims about one answer, a line for each that does not hold. */
  alsoCheck?: (answer: ChatAnswer, stream: boolean) => string[];
}

/** One recording in one chunking. */
interface Replay extends AskedRecording {
  provider: AskedProvider;
  chunking: string;
  name: string;
  /** Filled in as it happens. */
  id: string;
  faults: string[];
}

export interface ReplayedAnswers {
  replays: number;
  passed: number;
  /** A line for each replay that is not as recorded. */
  lines: string[];
}

const width = 12;

/** Every asked recording of a provider in all these chunkings, with its delivered record. */
export async function replayAnswers(
  room: ReplayHouse,
  provider: AskedProvider,
  asked: AskedRecording[],
  cuts: string[] = Object.keys(chunkings),
): Promise<ReplayedAnswers> {
  const replays = asked.flatMap((each, index) =>
    cuts.map((chunking, cut): Replay => {
      const name = `${provider.name}-${index}-${cut}`;
      return { ...each, provider, chunking, name, id: '', faults: [] };
    }),
  );
  await inParallel(replays, width, async (replay) => {
    replay.faults.push(...(await replayOne(room, replay)));
  });
  const records = await deliveredRecords(
    room.house,
    replays.flatMap(({ id }) => (id === '' ? [] : [id])),
  );
  const lines = replays.flatMap((replay) => {
    const wrong = [...replay.faults, ...recordFaults(replay, records.get(replay.id))];
    return wrong.length === 0 ? [] : [`${replay.recording.id}, ${replay.chunking}: ${wrong.join('; ')}`];
  });
  return { replays: replays.length, passed: replays.length - lines.length, lines };
}

async function replayOne(room: ReplayHouse, replay: Replay): Promise<string[]> {
  const { recording, name, provider, model } = replay;
  const { status, headers, bytes, contentType } = recording.response;
  const pieces = cutOf(recording, replay.chunking)(bytes);
  const framing = replay.chunking === 'whole' && !contentType.includes('stream') ? 'length' : 'chunked';
  room.upstream.prepare(name, { status, headers: endToEnd(headers), pieces, framing });
  const plain = expectationOf(recording);
  const tools = [...new Set((plain?.calls ?? []).map((call) => call.slice(0, call.indexOf('('))))];
  const asking = {
    provider,
    model: `${provider.name}/${model}`,
    words: question(name),
    stream: recording.stream,
    tools,
  };
  const faults: string[] = [];
  try {
    const answer = await room.ask(asking);
    replay.id = answer.id;
    if (failed(recording)) faults.push(`a refusal reached the client as ${JSON.stringify(answer.said).slice(0, 200)}`);
    else
      faults.push(...answerFaults(replay, room.format, answer), ...(room.alsoCheck?.(answer, recording.stream) ?? []));
  } catch (error) {
    replay.id = idOf(error);
    faults.push(...refusalFaults(recording, error));
  }
  return [...faults, ...requestFaults(replay, room.upstream.seen(name))];
}

function cutOf(recording: Recording, chunking: string): Chunking {
  if (chunking === 'per event' && isEventStream(recording)) return (bytes) => cutAt(bytes, frameEnds(bytes));
  if (chunking === 'per event' && isLines(recording))
    return (bytes) =>
      cutAt(
        bytes,
        [...bytes.toString('latin1').matchAll(/\n/g)].map(({ index }) => index + 1),
      );
  return chunkings[chunking] as Chunking;
}

const idOf = (error: unknown): string => (error as { headers?: Headers })?.headers?.get?.('x-sightline-id') ?? '';

function requestFaults({ provider, model, recording }: Replay, seen: SeenRequest | undefined): string[] {
  if (!seen) return ['nothing reached the provider'];
  const path = decodeURIComponent(seen.path);
  const faults = provider.path(model, recording.stream).test(path) ? [] : [`asked at ${path}`];
  const body = JSON.parse(seen.body.toString());
  if ('model' in body && body.model !== model) faults.push(`asked for the model ${body.model}`);
  if ('stream' in body && body.stream !== recording.stream) faults.push(`asked with stream ${body.stream}`);
  return faults;
}

function recordFaults(
  { recording, provider, id }: Replay,
  record: Parameters<typeof contentDisagreements>[1] | undefined,
) {
  if (!record) return [`no record was delivered of "${id}"`];
  const wrong = contentDisagreements(recording, record).map((line) => `recorded: ${line}`);
  if (record.provider !== provider.name) wrong.push(`recorded as served by ${record.provider}`);
  return wrong;
}
