// What requests say in the formats that nobody here reads: every word, every call and every result, in the order in which
// they stand in the body. Written from the providers' own descriptions, and knowing nothing of how we write.
import type { NeutralRequest, Part } from '../../proxy/dialects/neutral/request.ts';
import type { Loose } from './rules/shape.ts';

/** Lines such as "words Hello", "call f {…}", "result sunny". */
export type Said = string[];

const words = (text: string): Said => (text === '' ? [] : text.split('\n').map((line) => `words ${line}`));
const called = (name: string, args: unknown): string => `call ${name} ${JSON.stringify(args)}`;
const returned = (texts: string[]): string => `result ${texts.join('\n')}`;
const textsIn = (parts: Loose[] = []): string[] =>
  parts.flatMap((part) => (part.text === undefined ? [] : [part.text]));

export function saidBy({ messages }: NeutralRequest): Said {
  const said = (part: Part): Said => {
    if (part.type === 'text') return words(part.text);
    if (part.type === 'tool-call') return [called(part.name, JSON.parse(part.arguments))];
    return part.type === 'tool-result' ? [returned(textsIn(part.content))] : [];
  };
  return messages.flatMap(({ content }) => content.flatMap(said));
}

const gemini = ({ systemInstruction, contents }: Loose): Said =>
  [systemInstruction, ...contents].flatMap((content: Loose) =>
    (content?.parts ?? []).flatMap((part: Loose) => {
      if (part.functionCall) return [called(part.functionCall.name, part.functionCall.args)];
      if (!part.functionResponse) return words(part.text ?? '');
      const { output, result, error } = part.functionResponse.response;
      return [returned([output ?? result ?? error])];
    }),
  );

const bedrock = ({ system = [], messages }: Loose): Said =>
  [{ content: system }, ...messages].flatMap(({ content }: Loose) =>
    content.flatMap((block: Loose) => {
      if (block.toolUse) return [called(block.toolUse.name, block.toolUse.input)];
      return block.toolResult ? [returned(textsIn(block.toolResult.content))] : words(block.text ?? '');
    }),
  );

const textOf = (content: Loose): string => (typeof content === 'string' ? content : textsIn(content ?? []).join('\n'));

const cohere = ({ messages }: Loose): Said =>
  messages.flatMap(({ role, content, tool_plan: plan = '', tool_calls: calls = [] }: Loose) => {
    if (role === 'tool') return [returned([textOf(content)])];
    const made = calls.map((call: Loose) => called(call.function.name, JSON.parse(call.function.arguments)));
    return [...words(plan), ...words(textOf(content)), ...made];
  });

const ollama = ({ messages }: Loose): Said =>
  messages.flatMap(({ role, content, tool_calls: calls = [] }: Loose) => {
    if (role === 'tool') return [returned([content])];
    return [...words(content), ...calls.map((call: Loose) => called(call.function.name, call.function.arguments))];
  });

export const saidUpstream = { gemini, 'bedrock-converse': bedrock, cohere, 'ollama-chat': ollama };
