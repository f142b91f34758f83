// `sightline vault` as a process against a real collector, a kill in the middle of a rotation included.
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AccessDocument } from '../../contract/access/access-document.ts';
import type { SealedSecret, SecretView } from '../../contract/access/secret.ts';
import { open } from '../../proxy/vault/envelope.ts';
import { type House, openHouse } from '../questions/house.ts';
import { type Desk, openDesk } from './command-line.ts';
import { masterKey } from './sealed.ts';

let house: House;
let desk: Desk;
beforeAll(async () => {
  house = await openHouse();
  desk = openDesk(house.url);
});
afterAll(async () => {
  desk.close();
  await house.close();
});
afterEach(async () => {
  for (const { id } of await stored()) await fetch(`${house.url}/api/secrets/${id}`, { method: 'DELETE' });
});

const stored = async (): Promise<SealedSecret[]> => (await house.ask<AccessDocument>('/v1/access')).secrets;
const hex = (fill: number) => Buffer.alloc(32, fill).toString('hex');
const env = { OLD_KEY: hex(1), NEW_KEY: hex(2) };
const keyed = (vault: object) => desk.configure({ vault, providers: { openai: {}, groq: {} } });
const add = (provider: string, input: string, more: string[] = []) =>
  desk.json<SecretView>(['add', provider, ...more], { input, env });

describe('vault init', () => {
  it('makes a master key for this user alone, which then seals, and never overwrites one', async () => {
    const { file, masterKeyId } = await desk.json<{ file: string; masterKeyId: string }>(['init']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    keyed({ masterKey: `file:${file}` });
    expect((await add('openai', 'sk-canary-of-openai')).masterKeyId).toBe(masterKeyId);
    const again = await desk.run(['init']);
    expect(again.code).toBe(1);
    expect(again.said).toContain('exists already');
  });
});

describe('vault add', () => {
  it('reads the key from stdin or a file, and sends it sealed', async () => {
    keyed({ masterKey: 'env:OLD_KEY' });
    writeFileSync(path.join(desk.folder, 'key'), 'sk-canary-from-file\n');
    const one = await add('openai', 'sk-canary-from-stdin\n', ['--label', 'mine', '--until', '2099-01-01T00:00:00Z']);
    const other = await add('groq', '', ['--file', 'key']);
    expect(one).toMatchObject({ provider: 'openai', label: 'mine', last4: 'tdin', until: Date.UTC(2099, 0, 1) });
    const secrets = await stored();
    expect(JSON.stringify(secrets)).not.toContain('canary');
    const opened = secrets.map((secret) => [secret.id, open(secret.envelope, masterKey(1), secret)]);
    expect(Object.fromEntries(opened)).toEqual({
      [one.id]: 'sk-canary-from-stdin',
      [other.id]: 'sk-canary-from-file',
    });
  });

  it.each([
    ['a key as an argument', ['add', 'openai', 'sk-canary'], '', /means nothing here/],
    ['nothing', ['add', 'openai'], '', /There is no key in stdin/],
    ['several lines', ['add', 'openai'], 'sk-canary\nsk-canary', /is no key/],
    ['a Sightline key', ['add', 'openai'], 'sl_canary', /keys of providers/],
    ['a time that is none', ['add', 'openai', '--from', 'soon'], 'sk-canary', /--from takes a time/],
  ])('refuses %s, and stores nothing', async (_what, args, input, said) => {
    keyed({ masterKey: 'env:OLD_KEY' });
    const ran = await desk.run(args, { input, env });
    expect(ran.code).toBe(2);
    expect(ran.said).toMatch(said);
    expect(await stored()).toEqual([]);
  });

  it('says what is missing when there is no master key', async () => {
    keyed({});
    const ran = await desk.run(['add', 'openai'], { input: 'sk-canary' });
    expect([ran.code, ran.said]).toEqual([1, expect.stringContaining('`sightline vault init` makes one')]);
  });
});

describe('vault list, remove and switch', () => {
  it('list shows no key, and remove takes one back', async () => {
    keyed({ masterKey: 'env:OLD_KEY' });
    const { id } = await add('openai', 'sk-canary-of-openai');
    const listed = await desk.run(['list']);
    expect(listed.out).toMatch(new RegExp(`^${id} +openai +…enai +in force`));
    expect(listed.out).not.toContain('canary');
    await desk.json(['remove', id]);
    expect((await desk.json<{ secrets: unknown[] }>(['list'])).secrets).toEqual([]);
    expect((await desk.run(['remove', id])).said).toContain('no secret with the id');
  });

  it('switch lets the new key take over when the old ones end, or a while before', async () => {
    keyed({ masterKey: 'env:OLD_KEY' });
    const old = await add('openai', 'sk-canary-old-key');
    const ended = await add('openai', 'sk-canary-ended', ['--until', '2001-01-01T00:00:00Z']);
    const at = Date.UTC(2099, 0, 1);
    const args = ['switch', 'openai', '--at', '2099-01-01T00:00:00Z', '--overlap', '30m'];
    const { added } = await desk.json<{ added: SecretView }>(args, { input: 'sk-canary-new-key', env });
    const spans = Object.fromEntries((await stored()).map(({ id, from, until }) => [id, [from, until]]));
    expect(spans).toEqual({
      [added.id]: [at, null],
      [old.id]: [0, at + 30 * 60_000],
      [ended.id]: [0, ended.until],
    });
  });
});

describe('vault rotate', () => {
  const many = 12;
  async function fill(): Promise<Map<string, string>> {
    keyed({ masterKey: 'env:OLD_KEY' });
    const texts = new Map<string, string>();
    for (let number = 0; number < many; number++) {
      const text = `sk-canary-number-${number}`;
      texts.set((await add('openai', text)).id, text);
    }
    keyed({ masterKey: 'env:NEW_KEY', previousMasterKeys: ['env:OLD_KEY'] });
    return texts;
  }
  /** Every secret as it opens now, under whichever of the two keys it says. */
  async function opened(): Promise<Map<string, string>> {
    const keys = [masterKey(1), masterKey(2)];
    return new Map(
      (await stored()).map((secret) => {
        const key = keys.find(({ id }) => id === secret.envelope.masterKeyId);
        return [secret.id, key ? open(secret.envelope, key, secret) : 'sealed under no known key'];
      }),
    );
  }
  const underNew = async () =>
    (await stored()).filter(({ envelope }) => envelope.masterKeyId === masterKey(2).id).length;

  it('killed in the middle loses nothing, and run again does only what is left', async () => {
    const texts = await fill();
    const child = desk.begin(['rotate'], { env });
    const over = new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.split('rotated').length > 3) child.kill('SIGKILL');
    });
    expect(await over).toBe('SIGKILL');
    const done = await underNew();
    expect(done).toBeGreaterThanOrEqual(3);
    expect(done).toBeLessThan(many);
    expect(await opened()).toEqual(texts);
    const rest = await desk.json(['rotate'], { env });
    expect(rest).toEqual({ masterKeyId: masterKey(2).id, rotated: many - done, skipped: done, failed: 0 });
    expect(await underNew()).toBe(many);
    expect(await opened()).toEqual(texts);
  });

  it('says which master key is missing, and leaves those secrets as they are', async () => {
    keyed({ masterKey: 'env:OLD_KEY' });
    await add('openai', 'sk-canary-alone');
    keyed({ masterKey: 'env:NEW_KEY' });
    const ran = await desk.run(['rotate'], { env });
    expect([ran.code, ran.said]).toEqual([1, expect.stringContaining(`${masterKey(1).id} is unknown here`)]);
    expect([...(await opened()).values()]).toEqual(['sk-canary-alone']);
  });
});
