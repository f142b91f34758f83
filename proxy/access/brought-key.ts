// The provider's key that a client brought along, wherever it may stand; '' where there is none.
import type { IncomingMessage } from 'node:http';
import { clientKey } from '../upstream/credential.ts';

export const broughtKey = (request: IncomingMessage, search: string): string =>
  clientKey(request.headers, search) || protocolKey(request);

/** Browsers cannot set headers on a WebSocket, so OpenAI takes the key as a subprotocol. */
function protocolKey(request: IncomingMessage): string {
  const protocols = request.headers['sec-websocket-protocol'] ?? '';
  return /openai-insecure-api-key\.([^,\s]+)/.exec(protocols)?.[1] ?? '';
}
