// Gemini as a partner in a conversation: its calls have no ids, and come back with the signature that they went out with.
import { type Heard, heardCall } from './script.ts';
import { json, type Loose, type Memory, sse, type Talker } from './talker.ts';

const keyOf = ({ name, args }: Loose): string => `${name}(${JSON.stringify(args ?? {})})`;

export const gemini: Talker = {
  name: 'google',
  heard,
  missing,
  streams: ({ path }) => path.includes(':streamGenerateContent'),
  answer(turn, { stream, memory, newId }) {
    // Of calls made at once only the first is signed.
    const calls = turn.calls.map((call, index) => {
      const functionCall = { name: call.name, args: call.arguments };
      const thoughtSignature = `sig${newId()}==`;
      memory.set(keyOf(functionCall), index === 0 ? thoughtSignature : '');
      return index === 0 ? { functionCall, thoughtSignature } : { functionCall };
    });
    const parts = [
      ...(turn.thought ? [{ text: turn.thought, thought: true }] : []),
      ...(turn.text ? [{ text: turn.text }] : []),
      ...calls,
    ];
    const whole = (some: Loose[], finishReason?: string) => ({
      candidates: [{ content: { role: 'model', parts: some }, index: 0, ...(finishReason && { finishReason }) }],
      usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 10, totalTokenCount: 30 },
      ...{ modelVersion: 'gemini-model', responseId: 'r1' },
    });
    if (!stream) return json(whole(parts, 'STOP'));
    const { text } = sse([...parts.map((part) => whole([part])), whole([{ text: '' }], 'STOP')]);
    return { contentType: 'text/event-stream', text: text.replaceAll('\n', '\r\n') };
  },
};

function heard({ contents }: Loose): Heard {
  const parts = (role: string): Loose[] =>
    contents.filter((each: Loose) => (each.role ?? 'user') === role).flatMap((each: Loose) => each.parts);
  const results = parts('user').flatMap(({ functionResponse }) => (functionResponse ? [functionResponse] : []));
  const calls = parts('model').flatMap(({ functionCall }) => (functionCall ? [functionCall] : []));
  const text = (some: Loose[]): string[] =>
    some.filter((part) => typeof part.text === 'string' && part.text !== '' && !part.thought).map((part) => part.text);
  return {
    // Without ids they belong together by their order.
    calls: calls.map((call, index) => {
      const result = results[index]?.name === call.name ? results[index].response : undefined;
      return heardCall(call.name, call.args ?? {}, result && spoken(result));
    }),
    texts: text(parts('model')),
    questions: text(parts('user')),
  };
}

/** A result is an object here: JSON as it is, plain text under a name. */
function spoken(response: Loose): string {
  const [only, ...more] = Object.values(response);
  return typeof only === 'string' && more.length === 0 ? only : JSON.stringify(response);
}

/** "Function call is missing a thought_signature in functionCall parts." */
function missing({ contents }: Loose, memory: Memory): string[] {
  const parts = contents.flatMap((each: Loose) => each.parts).filter(({ functionCall }: Loose) => functionCall);
  const came = new Map<string, Loose>(parts.map((part: Loose) => [keyOf(part.functionCall), part]));
  return [...memory].flatMap(([call, signature]) => {
    const part = came.get(call);
    if (!part) return [`the call ${call} did not come back`];
    if (signature === '' || part.thoughtSignature === signature) return [];
    return [`${call} is missing its thought_signature, has ${part.thoughtSignature}`];
  });
}
