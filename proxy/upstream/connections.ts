// Connections to providers: one undici agent, HTTP/1.1, kept alive, without time limits of its own. How long a call may
// take is the client's business; where an operator sets limits, the relay's own clocks enforce them.
import { Agent } from 'undici';

export function createConnections(connectTimeoutMs: number): Agent {
  return new Agent({
    allowH2: false,
    connections: null,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 64 * 1024,
    connect: { timeout: connectTimeoutMs },
    // A provider's origin is fixed by the configuration, so the number of origins is small.
    maxOrigins: 1024,
  });
}
