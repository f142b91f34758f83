// What of a request decides over its answer, as two texts. `shared` is the same for two formats that ask the same; `exact`
// tells two requests in one format apart wherever their bodies say anything different.
import type { DialectName, Operation } from '../../contract/words.ts';
import { dialects } from '../dialects/index.ts';
import { changesAnswer } from '../dialects/neutral/left-out.ts';
import type { Message, NeutralRequest, Part, Tool } from '../dialects/neutral/request.ts';
import { canonical } from './canonical.ts';

export interface AskedRequest {
  dialect: DialectName;
  operation: Operation;
  model: string;
  stream: boolean;
  body: Record<string, unknown>;
  /** Of headers that choose what a provider does: versions and betas, `name: value`. */
  said: readonly string[];
}

export interface Asked {
  shared: string;
  exact: string;
  /** Null where the neutral form does not say all of it: its answers then serve this format, streamed as they were, alone. */
  neutral: NeutralRequest | null;
}

/** About who asks, how it comes and how it is paid: not about the answer. */
const besideTheAnswer = new Set([
  ...['stream', 'stream_options', 'user', 'metadata', 'safety_identifier', 'service_tier'],
  ...['prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options'],
]);

/** Throws where the body cannot be made canonical. */
export function readAsked(request: AskedRequest): Asked {
  const { dialect, operation, model, stream, body, said } = request;
  const fields = Object.fromEntries(Object.entries(body).filter(([name]) => !besideTheAnswer.has(name)));
  const exact = canonical([operation, model, said, fields]);
  const neutral = operation === 'chat' && said.length === 0 ? convertible(request) : null;
  if (!neutral) return { shared: `${dialect}\n${stream}\n${exact}`, exact, neutral };
  return { shared: canonical(essence(neutral)), exact, neutral };
}

/** Null where an answer would lose something on its way to another format, or from a stream to a whole. */
function convertible({ dialect, body }: AskedRequest): NeutralRequest | null {
  const { client } = dialects[dialect];
  if (!client) return null;
  try {
    const neutral = client.readRequest(body);
    const more = Object.keys(neutral.extra).length > 0 || Object.keys(neutral.beyond).some(changesAnswer);
    return more || neutral.logprobs !== null ? null : neutral;
  } catch {
    // Whoever is asked can say what is wrong with it.
    return null;
  }
}

function essence({ stream, wantsUsage, user, metadata, cacheKey, serviceTier, ...asked }: NeutralRequest): object {
  return { ...asked, messages: asked.messages.map(unmarked), tools: asked.tools.map(withoutMark) };
}

/** Marks for the provider's prompt cache change what is paid, never what is said. */
const withoutMark = <T extends Part | Tool>(item: T): T => ('cache' in item ? { ...item, cache: undefined } : item);
const unmarked = (message: Message): Message => ({ ...message, content: message.content.map(withoutMark) });
