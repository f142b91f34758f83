// What a recording should look like to a client of OpenAI's chat, of its responses, or of Anthropic's messages: what it says
// when read plainly, with the reason for the end and the counts in the client's own words.
import type { Expectation } from '../observe/expectation.ts';

/** What a client got, or should get. Counts as OpenAI counts: the cached tokens are among the input. */
export interface Said extends Expectation {
  /** Of the output, spent on thinking; null when not told. */
  reasoned: number | null;
}

export type ClientFormat = 'chat' | 'responses' | 'messages';

type Ending = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** What the words that occur in recordings mean. Google's protobuf writes 1 for STOP and 2 for MAX_TOKENS. */
const endings: Record<string, Ending> = {
  ...{
    stop: 'stop',
    eos: 'stop',
    end_turn: 'stop',
    stop_sequence: 'stop',
    pause_turn: 'stop',
    STOP: 'stop',
    1: 'stop',
  },
  ...{ completed: 'stop', complete: 'stop', max_output_tokens: 'length', incomplete: 'length' },
  ...{ COMPLETE: 'stop', STOP_SEQUENCE: 'stop', STOP_WORDS: 'stop' },
  ...{ length: 'length', max_tokens: 'length', MAX_TOKENS: 'length', 2: 'length' },
  ...{ tool_calls: 'tool_calls', function_call: 'tool_calls', tool_use: 'tool_calls', TOOL_CALL: 'tool_calls' },
  ...{ content_filter: 'content_filter', guardrail_intervened: 'content_filter', refusal: 'content_filter' },
  ...{ SAFETY: 'content_filter', MODEL_ARMOR: 'content_filter', PROHIBITED_CONTENT: 'content_filter' },
};

const spoken: Record<ClientFormat, Record<Ending, string>> = {
  chat: { stop: 'stop', length: 'length', tool_calls: 'tool_calls', content_filter: 'content_filter' },
  responses: {
    ...{ stop: 'completed', length: 'max_output_tokens', tool_calls: 'completed', content_filter: 'content_filter' },
  },
  messages: { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use', content_filter: 'refusal' },
};

/** `refused`: what the model said in OpenAI's field for it, for which Anthropic has no field but a reason to stop. */
export function expectedAnswer(plain: Expectation, format: ClientFormat, refused: string): Omit<Said, 'reasoned'> {
  const ending = endings[plain.finish];
  if (ending === undefined) throw new Error(`Nobody has said what the finish "${plain.finish}" means.`);
  // Gemini and Ollama have no word of their own for an answer that calls tools.
  const really = ending === 'stop' && plain.calls.length > 0 ? 'tool_calls' : ending;
  const told = { ...plain, finish: spoken[format][really], ...countsTold(plain, format) };
  return refused && format === 'messages' ? { ...told, text: plain.text + refused, finish: 'refusal' } : told;
}

/**
 * What a client is told of the counts where the provider told only some of them or none: chat leaves the usage out; the two
 * others have required numbers, in which 0 stands for what nobody said (responses may leave all of it out).
 */
function countsTold(
  { input, output, total }: Expectation,
  format: ClientFormat,
): Pick<Said, 'input' | 'output' | 'total'> {
  const known = [input, output].filter((count) => count !== null).length;
  if (known < 2 && (format === 'chat' || (format === 'responses' && known === 0)))
    return { input: null, output: null, total: null };
  return { input: input ?? 0, output: output ?? 0, total: total ?? (input ?? 0) + (output ?? 0) };
}

/** Where the two differ, a line each. What the recording does not tell of its usage may not be claimed. */
export function differences(said: Said, expected: Omit<Said, 'reasoned'>): string[] {
  const names = ['text', 'reasoning', 'calls', 'finish', 'input', 'output', 'total'] as const;
  const wrong = names.filter((name) => JSON.stringify(said[name]) !== JSON.stringify(expected[name]));
  const lines = wrong.map((name) => `${name} is ${show(said[name])}, should be ${show(expected[name])}`);
  // No cached tokens and no word about them are the same to a client.
  if ((said.cached ?? 0) !== (expected.cached ?? 0))
    lines.push(`cached is ${said.cached}, should be ${expected.cached}`);
  return lines;
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 240 ? `${text.slice(0, 200)}…${text.slice(-40)}` : text;
};
