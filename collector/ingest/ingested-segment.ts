// A segment that ClickHouse has acknowledged, offered to whoever listens before its file goes away.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import type { ExchangeRecord } from '../../contract/exchange.ts';

export interface IngestedSegment {
  name: string;
  /**
   * The exchanges, read and parsed while asked for; ends quietly where the file cannot be read further. Only valid until
   * the promise that the listener returned settles.
   */
  exchanges(): AsyncGenerator<ExchangeRecord>;
}

/** Called once per segment; errors are reported and change nothing. */
export type IngestListener = (segment: IngestedSegment) => void | Promise<void>;

const linesPerTurn = 100;

export function ingestedSegment(name: string, file: string): IngestedSegment {
  return { name, exchanges: () => readExchanges(file) };
}

async function* readExchanges(file: string): AsyncGenerator<ExchangeRecord> {
  const input = createReadStream(file);
  try {
    let sinceTurn = 0;
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const record = parseExchange(line);
      if (record) yield record;
      sinceTurn += 1;
      if (sinceTurn % linesPerTurn === 0) await setImmediate();
    }
  } finally {
    input.destroy();
  }
}

function parseExchange(line: string): ExchangeRecord | null {
  try {
    const record = JSON.parse(line) as ExchangeRecord;
    return record.kind === 'exchange' ? record : null;
  } catch {
    return null;
  }
}
