// A client of OpenAI's responses: the official SDK, and what it was told. A streamed answer is put together from its deltas
// and has to agree with the response that its last event brings.
import type OpenAI from 'openai';
import { canonical } from '../observe/expectation.ts';
import { type ChatAnswer, idIn } from './chat-client.ts';
import type { Said } from './expected-answer.ts';

export type ResponsesQuestion = Omit<OpenAI.Responses.ResponseCreateParams, 'stream'>;
type Response = OpenAI.Responses.Response;
type Event = OpenAI.Responses.ResponseStreamEvent;

export async function askResponses(client: OpenAI, question: ResponsesQuestion, stream: boolean): Promise<ChatAnswer> {
  if (!stream) {
    const { data, response } = await client.responses.create({ ...question, stream: false }).withResponse();
    return { said: saidIn(data), id: idIn(response), cost: costIn(data), pieces: [data] };
  }
  const { data, response } = await client.responses.create({ ...question, stream: true }).withResponse();
  const events: Event[] = [];
  for await (const event of data) events.push(event);
  const final = events.at(-1);
  if (final?.type !== 'response.completed' && final?.type !== 'response.incomplete')
    throw new Error(`the last event is ${JSON.stringify(final)?.slice(0, 300)}`);
  const said = saidIn(final.response);
  agree(events, said);
  return { said, id: idIn(response), cost: costIn(final.response), pieces: events };
}

const costIn = ({ usage }: Response): number | null | undefined =>
  (usage as { cost?: number | null } | undefined)?.cost;

function saidIn(response: Response): Said {
  const { output, usage } = response;
  const thoughts = output
    .filter((item) => item.type === 'reasoning')
    .flatMap(({ summary, content }): { text: string }[] => (summary.length > 0 ? summary : (content ?? [])));
  const texts = output.filter((item) => item.type === 'message').flatMap((item) => item.content);
  const calls = output.filter((item) => item.type === 'function_call');
  if (calls.some(({ call_id }) => !call_id)) throw new Error('a call without call_id');
  return {
    text: texts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    reasoning: thoughts.map(({ text }) => text).join('\n\n'),
    calls: calls.map((call) => canonical(call.name, JSON.parse(call.arguments))),
    finish: response.incomplete_details?.reason ?? response.status ?? '',
    input: usage?.input_tokens ?? null,
    output: usage?.output_tokens ?? null,
    cached: usage?.input_tokens_details?.cached_tokens ?? null,
    total: usage?.total_tokens ?? null,
    reasoned: usage?.output_tokens_details?.reasoning_tokens ?? null,
  };
}

/** The numbers count without gaps, items are added before they grow and done once, and the deltas are the whole. */
function agree(events: Event[], said: Said): void {
  const wrong: string[] = [];
  const open = new Set<number>();
  let text = '';
  const calls = new Map<number, { name: string; arguments: string }>();
  for (const [index, event] of events.entries()) {
    if (event.sequence_number !== index) wrong.push(`event ${index} has number ${event.sequence_number}`);
    if (event.type === 'response.output_item.added') {
      open.add(event.output_index);
      if (event.item.type === 'function_call') calls.set(event.output_index, { name: event.item.name, arguments: '' });
    }
    if ('output_index' in event && !open.has(event.output_index)) wrong.push(`${event.type} of no open item`);
    if (event.type === 'response.output_item.done') open.delete(event.output_index);
    if (event.type === 'response.output_text.delta') text += event.delta;
    const call = event.type === 'response.function_call_arguments.delta' ? calls.get(event.output_index) : undefined;
    if (call && event.type === 'response.function_call_arguments.delta') call.arguments += event.delta;
  }
  if (open.size > 0) wrong.push(`${open.size} items are never done`);
  if (text !== said.text) wrong.push(`the deltas say ${text.slice(0, 100)}, the end says ${said.text.slice(0, 100)}`);
  const called = [...calls.values()].map((call) => canonical(call.name, call.arguments || '{}'));
  if (JSON.stringify(called) !== JSON.stringify(said.calls)) wrong.push(`the deltas call ${called}`);
  if (wrong.length > 0) throw new Error(wrong.join('; '));
}
