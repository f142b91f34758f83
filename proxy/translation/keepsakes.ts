// What a provider wants back with the next turn and most clients throw away: signed thoughts beside a tool call, a signature
// on the call itself. Kept in memory under the id of the call, for as long as a conversation may pause, within bounds.
// A proxy that starts anew has forgotten them; what then happens is the writer's affair (some providers take a substitute).
import type { Message, Part, ReasoningPart, Seal, ToolCallPart } from '../dialects/neutral/request.ts';

/** A turn of the assistant in which tools were called. */
export interface CallTurn {
  reasoning: ReasoningPart[];
  /** Seals of the calls themselves, by call id; null where a call has none. */
  calls: Map<string, Seal | null>;
}

export interface Keepsakes {
  /** `owner`: who the conversation belongs to; nobody else's call id finds it. */
  keep(owner: string, turn: CallTurn): void;
  /** The same messages, with what their calls remind of put back where the client left it out. */
  restore(owner: string, messages: Message[]): Message[];
  /** Thoughts of the turn in which this call was made, as plain text; '' when none are known. */
  thoughtsOf(owner: string, callId: string): string;
}

interface Kept {
  reasoning: ReasoningPart[];
  seal: Seal | null;
  size: number;
  until: number;
}

export interface KeepsakesOptions {
  clock: () => number;
  maximumBytes?: number;
  keepMs?: number;
}

export function createKeepsakes({
  clock,
  maximumBytes = 32 * 1024 * 1024,
  keepMs = 24 * 3_600_000,
}: KeepsakesOptions): Keepsakes {
  const kept = new Map<string, Kept>();
  let size = 0;
  const forget = (key: string): void => {
    size -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };
  const find = (owner: string, callId: string): Kept | null => {
    const found = kept.get(keyOf(owner, callId));
    return found && found.until > clock() ? found : null;
  };
  return {
    keep(owner, { reasoning, calls }) {
      const worth = reasoning.length > 0 || [...calls.values()].some((seal) => seal !== null);
      if (!worth) return;
      for (const [callId, seal] of calls) {
        const key = keyOf(owner, callId);
        forget(key);
        const entry = { reasoning, seal, size: sizeOf(reasoning, seal) + key.length, until: clock() + keepMs };
        if (entry.size > maximumBytes / 8) continue;
        kept.set(key, entry);
        size += entry.size;
      }
      // The oldest go first: a map remembers the order in which it was filled.
      for (const key of kept.keys()) {
        if (size <= maximumBytes) break;
        forget(key);
      }
    },
    restore: (owner, messages) => messages.map((message) => restored(message, (callId) => find(owner, callId))),
    thoughtsOf: (owner, callId) =>
      (find(owner, callId)?.reasoning ?? [])
        .map(({ text }) => text)
        .filter((text) => text !== '')
        .join('\n\n'),
  };
}

function restored(message: Message, find: (callId: string) => Kept | null): Message {
  if (message.role !== 'assistant') return message;
  const calls = message.content.filter((part): part is ToolCallPart => part.type === 'tool-call');
  const known = calls.map((call) => find(call.id)).find((found) => found !== null);
  if (!known) return message;
  const thoughts = message.content.filter((part): part is ReasoningPart => part.type === 'reasoning');
  const sealed = thoughts.some(({ seal }) => seal !== null);
  const back = !sealed && known.reasoning.length > 0 ? known.reasoning : thoughts;
  const rest = message.content.filter((part) => part.type !== 'reasoning');
  const withSeals: Part[] = rest.map((part) =>
    part.type === 'tool-call' && part.seal === null ? { ...part, seal: find(part.id)?.seal ?? null } : part,
  );
  return { ...message, content: [...back, ...withSeals] };
}

const keyOf = (owner: string, callId: string): string => `${owner}\n${callId}`;

function sizeOf(reasoning: ReasoningPart[], seal: Seal | null): number {
  const thoughts = reasoning.reduce((sum, part) => sum + part.text.length + (part.seal?.value.length ?? 0), 0);
  return 2 * (thoughts + (seal?.value.length ?? 0)) + 200;
}
