// Asks for recordings through the whole proxy: a client in one format, a provider that says again what was recorded in
// another, in pieces cut in every way. What is not as the recording says comes back as lines of text.
import type { APIError } from 'openai';
import { frameEnds, isEventStream, isLines } from '../observe/event-stream-frames.ts';
import { expectationOf } from '../observe/expectation.ts';
import { type Chunking, chunkings, cutAt, type Recording } from '../observe/recordings.ts';
import { expectedPrice } from '../recorded/expected-price.ts';
import { contentDisagreements, failed } from '../recorded/expected-record.ts';
import { inParallel } from '../recorded/plain-client.ts';
import { deliveredRecords } from '../recorded/replay-house.ts';
import { type ReplayUpstream, type SeenRequest, startReplayUpstream } from '../recorded/replay-upstream.ts';
import { endToEnd } from '../recorded/ways.ts';
import type { ProxyHouse } from '../support/proxy-house.ts';
import type { AskedProvider, AskedRecording } from './asked-providers.ts';
import type { ChatAnswer } from './chat-client.ts';
import { type ClientFormat, differences, expectedAnswer } from './expected-answer.ts';

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
    else faults.push(...answerFaults(room, replay, answer));
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

function answerFaults(
  { format, alsoCheck }: ReplayHouse,
  { recording, provider }: Replay,
  answer: ChatAnswer,
): string[] {
  const plain = expectationOf(recording);
  if (plain === null) return ['nobody knows what it says'];
  const unchanged = format === 'chat' && provider.speaksChat;
  const expected = unchanged ? plain : expectedAnswer(plain, format, refusalIn(recording));
  const cost = unchanged ? [] : costFaults(recording, answer.cost, plain.input !== null && plain.output !== null);
  return [...differences(answer.said, expected), ...cost, ...(alsoCheck?.(answer, recording.stream) ?? [])];
}

/** OpenAI's own field for it, whole or in pieces. */
function refusalIn({ response }: Recording): string {
  const told = response.bytes.toString().matchAll(/"refusal": ?("(?:[^"\\]|\\.)*")/g);
  return [...told].map(([, text]) => JSON.parse(text as string)).join('');
}

/** `counted`: the answer tells what it used, so the cost has to stand there, if only as null. */
function costFaults(recording: Recording, cost: number | null | undefined, counted: boolean): string[] {
  const { nanos } = expectedPrice(recording, new Date());
  const expected = nanos === null ? null : nanos / 1e9;
  if (!counted && cost === undefined) return [];
  const near = expected === null ? cost === null : Math.abs((cost ?? -1) - expected) <= 1e-9 * (0.5 + expected);
  return near ? [] : [`cost is ${cost}, should be ${expected}`];
}

/** The SDK throws by status, and says what the provider said. */
function refusalFaults(recording: Recording, error: unknown): string[] {
  if (!failed(recording)) return [`the client got ${String(error).slice(0, 400)}`];
  const { status } = recording.response;
  const found = error as Partial<APIError> & Error;
  const faults: string[] = [];
  if (status >= 400 && found.status !== status) faults.push(`status ${found.status} instead of ${status}`);
  const right: Record<number, string> = { 400: 'BadRequestError', 404: 'NotFoundError', 200: 'APIError' };
  const name = found.constructor?.name ?? '';
  if (status >= 400 ? name !== right[status] : !/Error$/.test(name)) faults.push(`a ${name}`);
  const message = messageIn(recording);
  if (message === '' || !String(found.message).includes(message))
    faults.push(`the client is told ${String(found.message).slice(0, 200)} instead of ${message}`);
  return faults;
}

const idOf = (error: unknown): string => (error as { headers?: Headers })?.headers?.get?.('x-sightline-id') ?? '';

/** The provider's own words, wherever it puts them. */
function messageIn({ response }: Recording): string {
  const text = response.bytes.toString();
  const line = text.split('\n').find((each) => /^data: .*"error"/.test(each));
  const body = JSON.parse(line?.slice(5) ?? text);
  return String(body.error?.message ?? body.message ?? body.error ?? '');
}

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
