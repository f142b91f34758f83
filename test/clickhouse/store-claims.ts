// What every Store promises, whatever stands behind it. Run by embedded-store.test.ts and server-store.test.ts.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../clickhouse/store.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { exchange, exchangeCosting, gap, seal, segmentName, startOf, toLines } from './records.ts';
import { expectedSums, storedSums } from './sums.ts';

export function claimsOfAStore(open: (folder: string) => Promise<Store>): void {
  let folder: string;
  let store: Store;
  let sequence = 0;
  const known: ExchangeRecord[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sightline-store-'));
    store = await open(folder);
    await store.migrate();
  });
  afterAll(async () => {
    await store?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const write = async (content: string | Buffer): Promise<{ name: string; file: string }> => {
    sequence += 1;
    const name = segmentName(sequence);
    const file = path.join(folder, `${name}.ndjson`);
    await writeFile(file, content);
    return { name, file };
  };
  const insert = async (records: { kind: string }[], content: string | Buffer = toLines(records)) => {
    const segment = await write(content);
    await store.insertSegment(segment.name, segment.file);
    known.push(...records.filter((record): record is ExchangeRecord => record.kind === 'exchange'));
    return segment;
  };
  const numbers = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => exchange(first + index));
  const one = async <Row>(columns: string, number: number): Promise<Row> => {
    const sql = `SELECT ${columns} FROM {db:Identifier}.exchanges WHERE id = {id:UUID}`;
    return (await store.read<Row>(sql, { id: exchange(number).id }))[0]!;
  };

  describe('inserting', () => {
    it('brings every exchange to the base table and to both rollups', async () => {
      await insert([...numbers(1, 120), seal(1, 120)]);
      expect(await storedSums(store)).toEqual(expectedSums(known));
    });

    it('changes nothing when the same name comes again', async () => {
      const { name, file } = await insert([...numbers(200, 50), gap(3), seal(2, 51)]);
      await store.insertSegment(name, file);
      await store.insertSegment(name, file);
      expect(await storedSums(store)).toEqual(expectedSums(known));
      const [row] = await store.read('SELECT count() AS gaps, sum(lost) AS lost FROM {db:Identifier}.gaps');
      expect(row).toEqual({ gaps: '1', lost: '3' });
    });

    it('keeps unknown apart from zero', async () => {
      const unknown = exchange(300, { totalMs: null, firstTokenMs: null, httpStatus: null, usageSource: null });
      unknown.usage = { ...unknown.usage, inputUncached: null, outputText: 0, total: null, raw: null };
      unknown.pricing = { ...unknown.pricing, costNanos: null, costSource: null };
      await insert([unknown]);
      const columns = 'input_tokens, output_tokens, cost_nanos, total_ms, http_status, usage_source, usage_raw';
      expect(await one(columns, 300)).toEqual({
        input_tokens: null,
        output_tokens: '0',
        cost_nanos: null,
        total_ms: null,
        http_status: null,
        usage_source: null,
        usage_raw: null,
      });
    });

    it('keeps numbers beyond 2^53 exact', async () => {
      const line = JSON.stringify(exchange(301)).replace(/"costNanos":\d+/, '"costNanos":9007199254740993');
      await insert([], `${line}\n`);
      expect(await one('cost_nanos', 301)).toEqual({ cost_nanos: '9007199254740993' });
      known.push(exchangeCosting(301, 9007199254740993n));
    });

    it('takes unpaired surrogates, bytes that are no UTF-8, unknown and missing fields', async () => {
      const [cut, bytes, strange] = numbers(310, 3) as [ExchangeRecord, ExchangeRecord, ExchangeRecord];
      cut.responsePreview = 'half an emoji \ud83d';
      cut.answer = { ...cut.answer!, text: 'half an emoji \ud83d' };
      const {
        attempts: _attempts,
        timeline: _timeline,
        tags: _tags,
        ...less
      } = { ...strange, tags: 0, novelty: { a: [1] } };
      const broken = Buffer.from(JSON.stringify(bytes));
      broken.set([0xff, 0xfe], broken.indexOf('question 311'));
      const text = Buffer.concat([Buffer.from(toLines([cut])), broken, Buffer.from(`\n${JSON.stringify(less)}\n`)]);
      await insert([cut, bytes, { ...strange, attempts: [] }], text);
      expect(await storedSums(store)).toEqual({ ...expectedSums(known), attempts: expect.any(Number) });
      expect(await one('response_preview AS text', 310)).toEqual({ text: 'half an emoji \\ud83d' });
    });

    it('stores the seal, so that a boot’s books can be checked', async () => {
      await insert([...numbers(330, 2), seal(77, 2, 'sealedboot')]);
      const sql = `SELECT segment, sequence, records, recovered, started, complete, toUnixTimestamp64Milli(sealed_at) AS at
        FROM {db:Identifier}.segments WHERE boot = {boot:String}`;
      expect(await store.read(sql, { boot: 'sealedboot' })).toEqual([
        {
          segment: 'sealedboot-00000077',
          sequence: '77',
          records: '2',
          recovered: false,
          started: '2',
          complete: '2',
          at: String(startOf(2)),
        },
      ]);
    });

    it.each([0, 1, 5, 9])('refuses a segment with a poison record at position %i as a whole', async (position) => {
      const before = await storedSums(store);
      const records: unknown[] = numbers(400 + position * 10, 10);
      records[position] = { ...(records[position] as ExchangeRecord), id: 'no uuid' };
      const { name, file } = await write(toLines(records));
      await expect(store.insertSegment(name, file)).rejects.toMatchObject({ name: 'StoreError', kind: 'poison' });
      expect(await storedSums(store)).toEqual(before);
    });

    it('refuses a torn segment', async () => {
      const { name, file } = await write(toLines(numbers(500, 3)).slice(0, -40));
      await expect(store.insertSegment(name, file)).rejects.toMatchObject({ kind: 'poison' });
    });

    it('puts the segment’s name on each row, also for a part of one', async () => {
      const { name, file } = await write(toLines(numbers(510, 1)));
      await store.insertSegment(`${name}:0-1`, file);
      known.push(exchange(510));
      expect(await one('segment', 510)).toEqual({ segment: name });
    });
  });

  describe('reading', () => {
    it('binds parameters by type, whatever they hold', async () => {
      const sql = 'SELECT {text:String} AS text, {list:Array(String)} AS list, {number:Int64} AS number';
      const text = 'it\'s "quoted"\t\\ and\nbroken 漢';
      const list = ["o'ne", 'two'];
      expect(await store.read(sql, { text, list, number: -5 })).toEqual([{ text, list, number: '-5' }]);
    });

    it.each([
      'DROP TABLE {db:Identifier}.exchanges',
      'INSERT INTO {db:Identifier}.probes (token) VALUES (1)',
      'ALTER TABLE {db:Identifier}.exchanges DELETE WHERE 1',
    ])('cannot write: %s', async (sql) => {
      await expect(store.read(sql)).rejects.toMatchObject({ name: 'StoreError' });
    });

    it('stops a result that is too long', async () => {
      await expect(store.read('SELECT number FROM numbers(200000)')).rejects.toMatchObject({ code: '396' });
    });

    it('says which SQL error it was', async () => {
      await expect(store.read('SELECT 1 FROM {db:Identifier}.nowhere')).rejects.toMatchObject({
        kind: 'unavailable',
        code: '60',
      });
    });

    it('never shows a question what an earlier one had written before it failed', async () => {
      for (let round = 0; round < 10; round += 1) {
        await expect(store.read('SELECT number FROM numbers(200000)')).rejects.toMatchObject({ code: '396' });
        expect(await store.read('SELECT {n:UInt8} AS n', { n: round })).toEqual([{ n: round }]);
      }
    });

    it('answers many questions at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => store.read('SELECT {n:UInt8} AS n', { n: index })),
      );
      expect(answers).toEqual(Array.from({ length: 30 }, (_, index) => [{ n: index }]));
    });
  });

  it('is healthy: a row can be written and read', async () => {
    expect(await store.health(5000)).toEqual({ ok: true, detail: '' });
  });

  it('migrates again without a change', async () => {
    const schema = () => store.read('SELECT name, create_table_query FROM system.tables WHERE database = {db:String}');
    const before = await schema();
    await store.migrate();
    expect(await schema()).toEqual(before);
    expect(await storedSums(store)).toEqual({ ...expectedSums(known), attempts: expect.any(Number) });
  });
}
