// A plain client of OpenAI's chat that holds the scripted conversation, asking another provider at every turn. It keeps of
// each answer what the documentation of OpenAI names (role, content, tool_calls) and knows nothing of signatures or thoughts.
import type OpenAI from 'openai';
import { followUp, question, script, toolNames } from './script.ts';

type Message = OpenAI.ChatCompletionMessageParam;
type Call = OpenAI.ChatCompletionMessageFunctionToolCall;

const tools: OpenAI.ChatCompletionFunctionTool[] = toolNames.map((name) => ({
  type: 'function',
  function: { name, description: `Asks for the ${name}.`, parameters: { type: 'object', properties: {} } },
}));

export interface Conversation {
  /** Distinguishes this conversation from others that run beside it. */
  name: string;
  /** Who is asked, turn by turn: `provider/model`. */
  models: string[];
  stream: boolean;
}

/** What was said by everybody asked, turn by turn. */
export async function converse(client: OpenAI, { name, models, stream }: Conversation): Promise<string[]> {
  const messages: Message[] = [{ role: 'user', content: `${question} <<${name}>>` }];
  const said: string[] = [];
  for (const [turn, model] of models.entries()) {
    const { content, calls } = await ask(client, { model, messages, tools }, stream);
    said.push([content, ...calls.map((call) => `${call.function.name}(${call.function.arguments})`)].join('|'));
    messages.push({ role: 'assistant', content: content || null, ...(calls.length > 0 && { tool_calls: calls }) });
    const results = script[turn]?.calls ?? [];
    for (const [index, { id }] of calls.entries())
      messages.push({ role: 'tool', tool_call_id: id, content: results[index]?.result ?? '' });
    if (calls.length === 0) messages.push({ role: 'user', content: followUp });
  }
  return said;
}

type Request = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>;
interface Answered {
  content: string;
  calls: Call[];
}

async function ask(client: OpenAI, request: Request, stream: boolean): Promise<Answered> {
  if (stream) return askStream(client, request);
  const { choices } = await client.chat.completions.create(request);
  const calls = (choices[0]?.message.tool_calls ?? []).map((call) => {
    const { id, type, function: called } = call as Call;
    return { id, type, function: { name: called.name, arguments: called.arguments } };
  });
  return { content: choices[0]?.message.content ?? '', calls };
}

/** Put together by hand: the SDK's own helper refuses calls without a type, as Mistral streams them. */
async function askStream(client: OpenAI, request: Request): Promise<Answered> {
  const calls: Call[] = [];
  let content = '';
  for await (const { choices } of await client.chat.completions.create({ ...request, stream: true })) {
    content += choices[0]?.delta.content ?? '';
    for (const { index, id, function: called } of choices[0]?.delta.tool_calls ?? []) {
      calls[index] ??= { id: id ?? '', type: 'function', function: { name: called?.name ?? '', arguments: '' } };
      calls[index].function.arguments += called?.arguments ?? '';
    }
  }
  return { content, calls };
}

/** The script as a client should hear it. */
export const expectedConversation = script.map(({ text, calls }) =>
  [text, ...calls.map((call) => `${call.name}(${JSON.stringify(call.arguments)})`)].join('|'),
);
