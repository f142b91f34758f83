// A client of OpenAI's chat: the official SDK, and what it was told, put together as an app would do it.
import OpenAI from 'openai';
import { canonical, chat as readChat } from '../observe/expectation.ts';
import type { Said } from './expected-answer.ts';

export type ChatQuestion = Omit<OpenAI.ChatCompletionCreateParams, 'stream' | 'stream_options'>;

export interface ChatAnswer {
  said: Said;
  id: string;
  /** Dollars, null where told that nobody knows, undefined where nothing is told. */
  cost: number | null | undefined;
  /** Each body or chunk as the SDK gave it. */
  pieces: unknown[];
}

export const openAiClient = (url: string): OpenAI =>
  new OpenAI({ apiKey: 'test', baseURL: `${url}/v1`, maxRetries: 0, timeout: 20_000 });

/** What providers put beside OpenAI's own fields. */
interface Beside {
  reasoning_content?: string | null;
}
type Counts = OpenAI.CompletionUsage & { cost?: number | null };

export async function askChat(client: OpenAI, question: ChatQuestion, stream: boolean): Promise<ChatAnswer> {
  return stream ? askStream(client, question) : askWhole(client, question);
}

/** Usage is asked for, or the proxy would hide it. */
const streamed = { stream: true, stream_options: { include_usage: true } } as const;

/** An answer that passes unchanged is read in the provider's own words. */
export async function askUnchanged(client: OpenAI, question: ChatQuestion, stream: boolean): Promise<ChatAnswer> {
  const { data, response } = stream
    ? await client.chat.completions.create({ ...question, ...streamed }).withResponse()
    : await client.chat.completions.create({ ...question, stream: false }).withResponse();
  const pieces: unknown[] = [];
  if ('controller' in data) for await (const chunk of data) pieces.push(chunk);
  else pieces.push(data);
  return { said: { ...readChat(pieces), reasoned: null }, id: idIn(response), cost: undefined, pieces };
}

async function askWhole(client: OpenAI, question: ChatQuestion): Promise<ChatAnswer> {
  const { data, response } = await client.chat.completions.create({ ...question, stream: false }).withResponse();
  const choice = data.choices[0];
  if (!choice || data.object !== 'chat.completion') throw new Error(`no answer: ${JSON.stringify(data)}`);
  const message: OpenAI.ChatCompletionMessage & Beside = choice.message;
  const calls = (message.tool_calls ?? []).map((call) => {
    if (call.type !== 'function' || call.id === '') throw new Error(`not a call: ${JSON.stringify(call)}`);
    return canonical(call.function.name, argumentsIn(call.function.arguments));
  });
  return {
    said: {
      ...{ text: message.content ?? '', reasoning: message.reasoning_content ?? '', calls },
      ...{ finish: choice.finish_reason, ...countsIn(data.usage) },
    },
    ...{ id: idIn(response), cost: (data.usage as Counts | undefined)?.cost, pieces: [data] },
  };
}

async function askStream(client: OpenAI, question: ChatQuestion): Promise<ChatAnswer> {
  const { data, response } = await client.chat.completions.create({ ...question, ...streamed }).withResponse();
  const calls: { name: string; arguments: string }[] = [];
  const said: Said = { text: '', reasoning: '', calls: [], finish: '', ...countsIn(undefined) };
  const pieces: OpenAI.ChatCompletionChunk[] = [];
  let usage: Counts | undefined;
  for await (const chunk of data) {
    pieces.push(chunk);
    usage = chunk.usage ?? usage;
    const choice = chunk.choices.find(({ index }) => index === 0);
    if (!choice) continue;
    const delta: typeof choice.delta & Beside = choice.delta;
    said.text += delta.content ?? '';
    said.reasoning += delta.reasoning_content ?? '';
    for (const call of delta.tool_calls ?? []) addTo(calls, call);
    if (choice.finish_reason && said.finish) throw new Error('the answer ended twice');
    said.finish = choice.finish_reason ?? said.finish;
  }
  said.calls = calls.map((call) => canonical(call.name, argumentsIn(call.arguments)));
  return { said: { ...said, ...countsIn(usage) }, id: idIn(response), cost: usage?.cost, pieces };
}

/** The first piece of a call brings id and name, and calls are counted from 0 without gaps. */
function addTo(
  calls: { name: string; arguments: string }[],
  { index, id, function: called, type }: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall,
): void {
  const begins = index === calls.length;
  if (begins !== Boolean(id && called?.name && type === 'function') || index > calls.length)
    throw new Error(`call ${index} among ${calls.length} came as ${JSON.stringify({ id, type, called })}`);
  if (begins) calls.push({ name: called?.name ?? '', arguments: '' });
  const call = calls[index];
  if (call) call.arguments += called?.arguments ?? '';
}

/** Apps parse them, so they have to be JSON. */
function argumentsIn(text: string): unknown {
  return JSON.parse(text);
}

function countsIn(usage: Counts | undefined): Pick<Said, 'input' | 'output' | 'cached' | 'total' | 'reasoned'> {
  return {
    input: usage?.prompt_tokens ?? null,
    output: usage?.completion_tokens ?? null,
    cached: usage?.prompt_tokens_details?.cached_tokens ?? null,
    total: usage?.total_tokens ?? null,
    reasoned: usage?.completion_tokens_details?.reasoning_tokens ?? null,
  };
}

export const idIn = (response: { headers: { get(name: string): string | null } }): string =>
  response.headers.get('x-sightline-id') ?? '';
