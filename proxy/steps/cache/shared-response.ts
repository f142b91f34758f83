// The client's response where others wait for the same answer: a client that reads slowly, or leaves, holds up nobody else.
import type { ServerResponse } from 'node:http';
import { windowBytes } from '../../cache/flight.ts';
import type { Exchange } from '../../exchange.ts';
import type { OutletOptions } from '../../outlet.ts';

export function responseFor(exchange: Exchange): OutletOptions['response'] {
  const { response, caching } = exchange;
  return caching?.flight ? patient(exchange, response) : response;
}

function patient(exchange: Exchange, response: ServerResponse): OutletOptions['response'] {
  return {
    writeHead: (...head: Parameters<ServerResponse['writeHead']>) =>
      exchange.gone ? response : response.writeHead(...head),
    flushHeaders() {
      if (!exchange.gone) response.flushHeaders();
    },
    write(chunk: Buffer | string): boolean {
      if (exchange.gone) return true;
      const wants = response.write(chunk);
      return wants || (exchange.caching?.flight?.followed === true && response.writableLength < windowBytes);
    },
  } as OutletOptions['response'];
}
