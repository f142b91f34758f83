// `sightline prices` and `sightline reconcile` as their users meet them: processes, files, and a real collector. The examples
// of docs/prices.md are run here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedBook } from '../../catalog/published-book.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { may, spoken } from '../collector/recorded-calls.ts';
import { folderWith } from '../configuration/folder.ts';
import { type House, openHouse } from '../questions/house.ts';
import { toSegments } from '../questions/synthetic.ts';
import { root, sightline } from './run.ts';

const documentation = readFileSync(path.join(root, 'docs/prices.md'), 'utf8');
const blocks = [...documentation.matchAll(/```\n([\s\S]*?)```/g)].map(([, text = '']) => text);
/** The commands of a block, without the name of the program. */
const commandsOf = (block: string): string[][] =>
  block
    .split('\n')
    .filter((line) => line.startsWith('sightline '))
    .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '').slice(1));
const example = (start: string): string[][] =>
  commandsOf(blocks.find((text) => text.startsWith(`sightline ${start}`)) ?? '');
/** The block after the one with this command. */
const shown = (start: string): string =>
  blocks[blocks.findIndex((text) => text.startsWith(`sightline ${start}`)) + 1] ?? '';

const overlay = { version: 'x', rows: [{ provider: 'openai', model: 'gpt-4o', from: '2026-01-01', input: '3' }] };

describe('prices list', () => {
  it('prints what the documents show', async () => {
    const { code, out } = await sightline(example('prices list')[0]!, { cwd: folderWith({}) });
    expect(code).toBe(0);
    expect(out.startsWith(shown('prices list'))).toBe(true);
  });
  it('as JSON gives exact prices, steps by context, and the version of the books', async () => {
    const argv = ['prices', 'list', '--provider', 'anthropic', '--model', 'claude-sonnet-4-5', '--json'];
    const answer = JSON.parse((await sightline(argv, { cwd: folderWith({}) })).out);
    expect(answer.version).toContain(installedBook.version);
    expect(answer.prices[0].prices.inputUncached).toEqual({ dollars: '3', above: [{ tokens: 200_000, dollars: '6' }] });
  });
});

describe('prices override', () => {
  it('writes rows that the next start takes, each tier and day once', async () => {
    const cwd = folderWith({});
    for (const argv of [...example('prices override'), ...example('prices override')])
      expect((await sightline(argv, { cwd })).code).toBe(0);
    const { priceOverlay } = loadConfiguration({ env: {}, cwd });
    expect(priceOverlay?.rows).toMatchObject([
      { provider: 'house', model: 'llama-4', input: '0.10', source: 'our own machines' },
      { provider: 'openai', model: 'gpt-5', multiply: 0.8, tier: 'standard' },
      { provider: 'openai', model: 'gpt-5', input: '0.40', tier: 'batch' },
    ]);
    expect(priceOverlay?.version).toMatch(/^\d{4}-\d{2}-\d{2}\.6$/);
  });
  it('makes the file that the configuration names, in its format', async () => {
    const cwd = folderWith({ 'sightline.config.json': { prices: { overlay: 'own/prices.yaml' } } });
    const { code } = await sightline(['prices', 'override', 'a', 'b', '--input', '1', '--from', '2026-01-01'], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(path.join(cwd, 'own/prices.yaml'), 'utf8')).toMatch(/^version: /);
    expect(loadConfiguration({ env: {}, cwd }).priceOverlay?.rows).toHaveLength(1);
  });
  it.each([
    [['a'], 'Of which provider and model?'],
    [['a', 'b'], 'Which prices?'],
    [['a', 'b', '--input', 'cheap'], '--input: expected dollars per million tokens'],
    [['a', 'b', '--input', '1', '--from', 'tomorrow'], '--from: '],
  ])('refuses %j and says why', async (argv, why) => {
    const cwd = folderWith({});
    const { code, err } = await sightline(['prices', 'override', ...argv], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining(why)]);
    expect(existsSync(path.join(cwd, 'data'))).toBe(false);
  });
});

describe('prices diff and update', () => {
  const data = (change: (text: string) => string) => change(JSON.stringify(installedBook.providers));
  it('show what an overlay would change, as the documents do', async () => {
    const { out } = await sightline(example('prices diff')[0]!, { cwd: folderWith({ 'overlay.json': overlay }) });
    expect(out).toBe(shown('prices diff'));
  });
  it('take a newer book, which is in force from then on', async () => {
    const cwd = folderWith({});
    writeFileSync(
      path.join(cwd, 'data.json'),
      data((text) => text),
    );
    const { code, out, err } = await sightline(example('prices update')[0]!, { cwd });
    expect([code, err]).toEqual([0, 'Nothing changes.\n']);
    expect(out).toContain('It is in force after the next start.');
    expect(loadConfiguration({ env: {}, cwd }).priceBook?.version).toMatch(/^genai-prices@[0-9a-f]{12}$/);
  });
  it.each([
    ['shrinks', (text: string) => JSON.stringify(JSON.parse(text).slice(0, 3))],
    ['moves a price far', (text: string) => text.replace('"input_mtok":2.5,', '"input_mtok":25,')],
  ])('ask for --yes when the book %s', async (_how, change) => {
    const cwd = folderWith({});
    const book = path.join(cwd, 'data/prices/book.json');
    writeFileSync(path.join(cwd, 'data.json'), data(change));
    const refused = await sightline(['prices', 'update', '--from', 'data.json'], { cwd });
    expect([refused.code, existsSync(book)]).toEqual([1, false]);
    expect(refused.err).toContain('repeat with --yes');
    const taken = await sightline(['prices', 'update', '--from', 'data.json', '--yes'], { cwd });
    expect([taken.code, existsSync(book)]).toEqual([0, true]);
  });
  it('refuse what is no book, and leave everything as it was', async () => {
    const cwd = folderWith({
      'data.json': [{ id: 'openai', models: [{ id: 'x', match: { regex: '(' }, prices: {} }] }],
    });
    const { code, err } = await sightline(['prices', 'update', '--from', 'data.json', '--yes'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain('is no price book');
    expect(existsSync(path.join(cwd, 'data'))).toBe(false);
  });
});

describe('with a collector', () => {
  let house: House;
  const now = Date.now();
  const usage = { inputUncached: 10_000, inputCacheRead: 40_000, outputText: 1_000 };
  const call = (number: number) => spoken({ at: now - 60_000 * number, model: 'gpt-5', usage }, number);
  const old = [1, 2].map((number) => spoken({ at: may + number, model: 'gpt-5', usage }, 100 + number));
  beforeAll(async () => {
    house = await openHouse();
    const records = [call(1), call(2), call(3), ...old];
    for (const segment of toSegments(records, 100)) await house.deliver(segment.name, segment.records);
  });
  afterAll(() => house.close());

  it('reprice tells the difference, and on stderr how far it is', async () => {
    const rows = [{ ...overlay.rows[0]!, model: 'gpt-5', output: '20' }];
    const cwd = folderWith({ 'overlay.json': { ...overlay, rows } });
    const { code, out, err } = await sightline([...example('prices reprice')[0]!, '--collector', house.url], { cwd });
    expect([code, err]).toEqual([0, '3 of 3 exchanges priced again\n']);
    // Each call: 10 000 × 1.25 + 40 000 × 0.125 + 1 000 × 10 became 10 000 × 3 + 40 000 × 0.125 + 1 000 × 20.
    expect(out).toMatch(/^total +3 +\$0\.0825 +\$0\.165 +\$0\.0825 +0 → 0$/m);
    expect(out).toContain('Nothing recorded was changed.');
  });

  const invoiced = (dollars: string) =>
    folderWith({ 'invoice.csv': `date,model,amount_usd\n2026-05-04,gpt-5,${dollars}\n` });
  it('reconcile names the bucket that is responsible and ends with 1', async () => {
    const cwd = invoiced('0.155000000');
    const { code, out } = await sightline([...example('reconcile')[0]!, '--collector', house.url], { cwd });
    expect(code).toBe(1);
    expect(out).toMatch(/^2026-05-04 +openai\/gpt-5 +\$0\.155 +\$0\.055 +\$0\.10 +2$/m);
    expect(out).toContain(
      '  inputCacheRead: The invoice fits if cached tokens are counted twice: as cached, and as input at full price. (2 of 2 calls)',
    );
  });
  it('reconcile ends with 0 when all agree, and takes --json', async () => {
    const { code, out } = await sightline(['reconcile', 'invoice.csv', '--json', '--collector', house.url], {
      cwd: invoiced('0.055'),
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ rows: [{ agrees: true, calls: 2 }] });
  });
  it('says in the collector’s words what is wrong with a file, and when nobody answers', async () => {
    const cwd = folderWith({ 'invoice.csv': 'when,what\n1,2\n' });
    const wrong = await sightline(['reconcile', 'invoice.csv', '--collector', house.url], { cwd });
    expect([wrong.code, wrong.out]).toEqual([1, '']);
    expect(wrong.err).toContain('no column for a day');
    const nobody = await sightline(['reconcile', 'invoice.csv', '--collector', 'http://127.0.0.1:9'], { cwd });
    expect(nobody.err).toContain('No collector answers at http://127.0.0.1:9/');
  });
});
