// A request for a target that speaks the client's own format: the same bytes, but for the model's name, fields that are
// meant for gateways, our question for usage, and what a provider insists on.

import { routingFields } from '../../../contract/routing-fields.ts';
import { mayHoldUnsignedThoughts, withoutUnsignedThoughts } from '../../dialects/anthropic-messages/own-thoughts.ts';
import { mendChatRequest } from '../../dialects/openai-chat/mend-request.ts';
import { spliceIncludeUsage } from '../../dialects/openai-chat/splice-include-usage.ts';
import { withThoughtsBack } from '../../dialects/openai-chat/thoughts-back.ts';
import { mayHoldUntypedCalls, withCallTypes } from '../../dialects/openai-chat/typed-calls.ts';
import { inputWithoutOwnThoughts, mayHoldOwnThoughts } from '../../dialects/openai-responses/own-thoughts.ts';
import { rewriteFields } from '../../dialects/reading/rewrite-fields.ts';
import { scanTopLevel, type TopLevelScan } from '../../dialects/reading/top-level-fields.ts';
import type { Exchange } from '../../exchange.ts';
import { ownerOf } from '../../owner.ts';
import type { Target } from '../../target.ts';
import type { Keepsakes } from '../../translation/keepsakes.ts';
import type { Prepared } from './prepared.ts';

export interface AsItCameRooms {
  keepsakes: Keepsakes;
  streamUsage: 'inject' | 'estimate';
}

export function asItCame(exchange: Exchange, target: Target, rooms: AsItCameRooms): Prepared {
  const { scan } = exchange;
  const plain = { target, headers: null, translates: false, notes: [] };
  if (!scan) return { ...plain, body: exchange.body, hidesUsage: false };
  const body = mended(exchange, target, { body: readdressed(exchange, target, scan), keepsakes: rooms.keepsakes });
  const asked = asksUsage(exchange, target, rooms.streamUsage)
    ? spliceIncludeUsage(body, body === exchange.body ? scan : scanTopLevel(body))
    : null;
  return { ...plain, body: asked ?? body, hidesUsage: asked !== null };
}

function readdressed(exchange: Exchange, { model, provider }: Target, scan: TopLevelScan): Buffer {
  const renamed = model !== exchange.requestedModel;
  return rewriteFields(exchange.body, scan, {
    replace: renamed ? { model: JSON.stringify(model) } : {},
    drop: provider.quirks.isGateway ? [] : routingFields,
  });
}

/**
 * OpenAI's chat streams say what they used only when asked. Where the app does not ask, we do, and hide the answer from it.
 * Some providers report usage unasked, and the strict ones among them refuse the question.
 */
function asksUsage({ route, stream }: Exchange, target: Target, streamUsage: 'inject' | 'estimate'): boolean {
  if (streamUsage !== 'inject' || !stream || target.provider.quirks.streamUsage === 'always') return false;
  return route.dialect === 'openai-chat' && route.operation === 'chat';
}

/** What a provider insists on and a client that came here from another cannot know. */
function mended(
  exchange: Exchange,
  { provider: { quirks } }: Target,
  { body, keepsakes }: { body: Buffer; keepsakes: Keepsakes },
): Buffer {
  const { dialect } = exchange.route;
  try {
    if (dialect === 'anthropic-messages' || dialect === 'openai-responses') {
      // DeepSeek wants unsigned thoughts back in these formats too.
      return quirks.reasoningBack === undefined ? withoutThoughts[dialect](body) : body;
    }
    if (dialect !== 'openai-chat' || !body.includes('"tool_calls"')) return body;
    const insists = quirks.toolCallId !== undefined || quirks.reasoningBack !== undefined;
    if (!insists && !mayHoldUntypedCalls(body)) return body;
    const json: unknown = JSON.parse(body.toString());
    const owner = ownerOf(exchange);
    const thoughtsOf = (callId: string) => keepsakes.thoughtsOf(owner, callId);
    const typed = withCallTypes(json);
    const back = quirks.reasoningBack ? withThoughtsBack(typed ?? json, quirks.reasoningBack, thoughtsOf) : null;
    const mended = mendChatRequest(back ?? typed ?? json, quirks) ?? back ?? typed;
    return mended ? Buffer.from(JSON.stringify(mended)) : body;
  } catch {
    // Whatever is wrong with it, the provider will say so.
    return body;
  }
}

/** Thoughts that only translated answers hold; the bytes of all other fields stay as they came. */
const withoutThoughts = {
  'anthropic-messages'(body: Buffer): Buffer {
    if (!mayHoldUnsignedThoughts(body)) return body;
    const mended = withoutUnsignedThoughts(JSON.parse(body.toString()));
    return mended ? replaced(body, 'messages', mended.messages) : body;
  },
  'openai-responses'(body: Buffer): Buffer {
    if (!mayHoldOwnThoughts(body)) return body;
    const input = inputWithoutOwnThoughts(JSON.parse(body.toString()));
    return input ? replaced(body, 'input', input) : body;
  },
};

const replaced = (body: Buffer, field: string, value: unknown): Buffer =>
  rewriteFields(body, scanTopLevel(body), { replace: { [field]: JSON.stringify(value) } });
