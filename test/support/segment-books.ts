// Goes over everything a collector was given, as an auditor would: names, numbers, seals and counts must agree.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { Counters, SealRecord } from '../../contract/segment.ts';
import { type CollectorStub, parseSegment } from './collector-stub.ts';

export interface Books {
  exchanges: ExchangeRecord[];
  /** Counters in the last seal. */
  counters: Counters;
  recovered: boolean;
}

/** The books of each boot. Throws with what does not add up. */
export function audit(collector: CollectorStub): Map<string, Books> {
  const first = new Map<string, string>();
  for (const { name, text } of collector.deliveries) {
    if ((first.get(name) ?? text) !== text) throw new Error(`Segment ${name} came twice with different bytes.`);
    first.set(name, text);
  }
  const boots = Map.groupBy([...collector.segments.keys()].sort(), (name) => name.split('-')[0] ?? '');
  return new Map([...boots].map(([boot, names]) => [boot, auditBoot(collector, names)]));
}

function auditBoot(collector: CollectorStub, names: string[]): Books {
  const books: Books = {
    exchanges: [],
    counters: { started: 0, complete: 0, partial: 0, gap: 0, open: 0 },
    recovered: false,
  };
  let gap = 0;
  for (const [sequence, name] of names.entries()) {
    const records = parseSegment(collector.segments.get(name) ?? '');
    const seal = records.at(-1);
    if (seal?.kind !== 'seal') throw new Error(`Segment ${name} has no seal.`);
    if (seal.sequence !== sequence)
      throw new Error(`Expected sequence ${sequence}, found ${name} among ${names.join()}.`);
    const exchanges = records.filter((record): record is ExchangeRecord => record.kind === 'exchange');
    books.exchanges.push(...exchanges);
    gap += records.reduce((sum, record) => sum + (record.kind === 'gap' ? record.count : 0), 0);
    checkSeal(seal, { lines: records.length - 1, exchanges: books.exchanges, gap });
    books.counters = seal.counters;
    books.recovered ||= seal.recovered;
  }
  const distinct = new Set(books.exchanges.map(({ number }) => number)).size;
  if (distinct !== books.exchanges.length)
    throw new Error(`${books.exchanges.length - distinct} exchanges are doubled.`);
  return books;
}

function checkSeal(seal: SealRecord, found: { lines: number; exchanges: ExchangeRecord[]; gap: number }): void {
  const { started, complete, partial, gap, open } = seal.counters;
  const partials = found.exchanges.filter(({ outcome }) => outcome === 'partial').length;
  const said = { records: seal.records, started, complete, partial, gap };
  const sum = complete + partial + gap + open;
  const seen = {
    records: found.lines,
    started: sum,
    complete: found.exchanges.length - partials,
    partial: partials,
    gap: found.gap,
  };
  if (JSON.stringify(said) !== JSON.stringify(seen)) {
    throw new Error(`Segment ${seal.segment} says ${JSON.stringify(said)}, found ${JSON.stringify(seen)}.`);
  }
}
