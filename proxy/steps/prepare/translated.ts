// A request for a target that speaks another format than the client.

import { requestToGoOn } from '../../continuation/continuation.ts';
import { asInvokeBody, type ClaudeCloud, isClaudeCloud } from '../../dialects/anthropic-messages/invoke-body.ts';
import { dialects } from '../../dialects/index.ts';
import { ProxyError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import { ownerOf } from '../../owner.ts';
import type { Target } from '../../target.ts';
import type { Keepsakes } from '../../translation/keepsakes.ts';
import { translateRequest, type UnsupportedPolicy } from '../../translation/translate-request.ts';
import type { Prepared } from './prepared.ts';

export interface TranslatedRooms {
  keepsakes: Keepsakes;
  policy: UnsupportedPolicy;
  /** What somebody else has said of the answer, for the target to go on with. */
  words?: string;
}

export function translated(exchange: Exchange, target: Target, rooms: TranslatedRooms): Prepared {
  const { keepsakes, policy, words } = rooms;
  const { client } = dialects[exchange.route.dialect];
  const { provider } = dialects[target.wire];
  if (!client || !provider) throw notTranslatable(exchange, target);
  exchange.neutral ??= client.readRequest(parsed(exchange.body));
  const messages = keepsakes.restore(ownerOf(exchange), exchange.neutral.messages);
  const request = { ...exchange.neutral, messages };
  const { body, headers, notes } = translateRequest({
    request: words === undefined ? request : requestToGoOn(request, words),
    ...{ client, provider, policy },
    target: { model: target.model, quirks: target.provider.quirks, maxOutputTokens: null },
  });
  const cloud = invokingCloud(target);
  const bytes = Buffer.from(JSON.stringify(cloud ? asInvokeBody(body, cloud) : body));
  return { target, body: bytes, headers, translates: true, hidesUsage: false, notes };
}

/** Clouds take the body of Anthropic's own API for Anthropic's models, but for the model; Bedrock answers in frames of its own. */
export const invokingCloud = ({ provider: { dialect }, wire }: Target): ClaudeCloud | null =>
  wire === 'anthropic-messages' && isClaudeCloud(dialect) ? dialect : null;

/** The client's own body, so that nothing of it is lost; the answer comes in other frames, and is read to be written again. */
export function invoked(exchange: Exchange, target: Target, cloud: ClaudeCloud): Prepared {
  const json = parsed(exchange.body);
  exchange.neutral ??= dialects['anthropic-messages'].client?.readRequest(json) ?? null;
  const body = Buffer.from(JSON.stringify(asInvokeBody(json as Record<string, unknown>, cloud)));
  return { target, body, headers: {}, translates: true, hidesUsage: false, notes: [] };
}

export function notTranslatable({ route }: Exchange, { provider }: Target): ProxyError {
  return new ProxyError(
    'SIGHTLINE_BAD_REQUEST',
    `Provider "${provider.name}" cannot be asked through ${route.tail}: it speaks ${provider.dialect}, and ` +
      `${route.operation} has no translation. Ask a provider that speaks ${route.dialect}, or /${provider.name}/… itself.`,
  );
}

/** The scan has found one JSON object; what lies deeper may still be broken. */
export function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new ProxyError('SIGHTLINE_BODY_NOT_JSON', `The body is not valid JSON: ${(error as Error).message}.`);
  }
}
