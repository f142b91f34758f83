// Which secrets a proxy uses, as the access document, the clock and the master keys change.
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent } from '../../contract/event.ts';
import { rewrap } from '../../proxy/vault/envelope.ts';
import { createVaultKeys, type VaultKeys } from '../../proxy/vault/vault-keys.ts';
import { masterKey, sealedSecret, settableAccess, settableRing } from './sealed.ts';

const start = 1_800_000_000_000;
const hour = 3_600_000;
let events: NewEvent[];
let problems: string[];
let vault: VaultKeys;

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  events = [];
  problems = [];
});
afterEach(() => {
  vault.stop();
  vi.useRealTimers();
});

function open(access = settableAccess(), ring = settableRing(masterKey(1))): VaultKeys {
  vault = createVaultKeys({
    ...{ access, ring, onEvent: (event) => events.push(event), onProblem: (message) => problems.push(message) },
  });
  return vault;
}
const inUse = (provider = 'openai') =>
  vault
    .current()
    .get(provider)
    ?.keys.map((key) => key.reveal()) ?? [];
const actions = () => events.map(({ action, subject }) => [action, subject]);

describe('the secrets of the access document', () => {
  it('are opened once each, and every opening is an event', () => {
    const access = settableAccess([sealedSecret('a'), sealedSecret('b'), sealedSecret('c', { provider: 'groq' })]);
    open(access);
    access.set({});
    expect(inUse()).toEqual(['sk-canary-a', 'sk-canary-b']);
    expect(inUse('groq')).toEqual(['sk-canary-c']);
    expect(actions()).toEqual([
      ['secret.open', 'secret_aaaaaaaaaaaa'],
      ['secret.open', 'secret_bbbbbbbbbbbb'],
      ['secret.open', 'secret_cccccccccccc'],
    ]);
    expect(events[0]).toMatchObject({ startedAt: start, actor: 'proxy', detail: { provider: 'openai' } });
  });

  it('come and go while the proxy runs, and only changes are told', () => {
    const access = settableAccess([sealedSecret('a')]);
    let changes = 0;
    open(access).onChange(() => changes++);
    access.set({ secrets: [...access.current().secrets, sealedSecret('b')] });
    expect(inUse()).toEqual(['sk-canary-a', 'sk-canary-b']);
    access.set({ keys: [] });
    access.set({ secrets: access.current().secrets.slice(1) });
    expect(inUse()).toEqual(['sk-canary-b']);
    expect(changes).toBe(2);
  });

  it('are used from their moment until their moment, to the millisecond', () => {
    const old = sealedSecret('a', { until: start + 2 * hour });
    const next = sealedSecret('b', { from: start + hour });
    open(settableAccess([old, next]));
    expect(inUse()).toEqual(['sk-canary-a']);
    vi.advanceTimersByTime(hour - 1);
    expect(inUse()).toEqual(['sk-canary-a']);
    vi.advanceTimersByTime(1);
    expect(inUse()).toEqual(['sk-canary-a', 'sk-canary-b']);
    vi.advanceTimersByTime(hour);
    expect(inUse()).toEqual(['sk-canary-b']);
  });

  it('of a tenant of its own are not used for the calls of everybody', () => {
    open(settableAccess([sealedSecret('a', { tenant: 'acme' })]));
    expect(inUse()).toEqual([]);
    expect(events).toEqual([]);
  });

  it('stay open when their data key was wrapped anew under a master key that is not known here yet', () => {
    const secret = sealedSecret('a');
    const access = settableAccess([secret]);
    open(access);
    const envelope = rewrap(secret.envelope, { from: masterKey(1), to: masterKey(2) }, secret);
    access.set({ secrets: [{ ...secret, envelope }] });
    expect(inUse()).toEqual(['sk-canary-a']);
    expect(problems).toEqual([]);
    expect(actions()).toEqual([['secret.open', secret.id]]);
  });

  it('never show when what holds them is printed, serialised or put into a message', () => {
    open(settableAccess([sealedSecret('a')]));
    const keys = vault.current().get('openai');
    const shown = [inspect(keys, { depth: 9, showHidden: true }), JSON.stringify(keys), `${keys?.keys[0]}`];
    expect(shown.join('\n')).not.toContain('canary');
    expect(shown.join('\n')).toContain('***');
  });
});

describe('a secret that cannot be opened', () => {
  it('is said and told once, and opens when its master key appears', async () => {
    const access = settableAccess([sealedSecret('a')]);
    const ring = settableRing();
    open(access, ring);
    access.set({});
    expect(vault.current().get('openai')).toEqual({ keys: [], shut: 'no_master_key' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ring.readings).toBeGreaterThan(2);
    expect(problems).toEqual([
      expect.stringContaining('secret_aaaaaaaaaaaa (openai). vault.masterKey: expected a key'),
    ]);
    expect(actions()).toEqual([['secret.open.failed', 'secret_aaaaaaaaaaaa']]);
    ring.next = [masterKey(1)];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(inUse()).toEqual(['sk-canary-a']);
    expect(actions().at(-1)).toEqual(['secret.open', 'secret_aaaaaaaaaaaa']);
    const { readings } = ring;
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(ring.readings).toBe(readings);
  });

  it('leaves the others of its provider in use', () => {
    const damaged = { ...sealedSecret('a'), envelope: sealedSecret('b').envelope };
    open(settableAccess([damaged, sealedSecret('c')]));
    expect(vault.current().get('openai')?.shut).toBe('cannot_open');
    expect(inUse()).toEqual(['sk-canary-c']);
    expect(events.find(({ action }) => action === 'secret.open.failed')?.detail?.why).toBe('cannot_open');
  });

  it('is one, too, when no header could hold what is in it', () => {
    open(settableAccess([sealedSecret('a', { text: 'sk\r\nx-evil: 1' })]));
    expect(vault.current().get('openai')).toEqual({ keys: [], shut: 'cannot_open' });
  });
});

describe('uses', () => {
  const use = (times: number, place = 0) => {
    const key = vault.current().get('openai')?.keys[place];
    if (key) key.uses += times;
  };
  const counted = () =>
    events.flatMap(({ action, subject, startedAt, detail }) =>
      action === 'secret.use' ? [[subject, startedAt, detail?.count]] : [],
    );

  it('are one event per secret and minute, with their count, and none where there were none', () => {
    open(settableAccess([sealedSecret('a'), sealedSecret('b')]));
    use(3);
    vi.advanceTimersByTime(60_000);
    vi.advanceTimersByTime(60_000);
    use(2, 1);
    vi.advanceTimersByTime(60_000);
    expect(counted()).toEqual([
      ['secret_aaaaaaaaaaaa', start, '3'],
      ['secret_bbbbbbbbbbbb', start + 120_000, '2'],
    ]);
  });

  it('of a secret that was removed, and those before a stop, are told as well', () => {
    const access = settableAccess([sealedSecret('a'), sealedSecret('b')]);
    open(access);
    use(1);
    use(4, 1);
    access.set({ secrets: access.current().secrets.slice(1) });
    vault.stop();
    expect(counted()).toEqual([
      ['secret_bbbbbbbbbbbb', start, '4'],
      ['secret_aaaaaaaaaaaa', start, '1'],
    ]);
  });
});
