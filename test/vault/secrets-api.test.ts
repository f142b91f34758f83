// /api/secrets over a real store: sealed secrets in, the access document for proxies, and an event for everything done.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessDocument } from '../../contract/access/access-document.ts';
import type { NewSecret, SealedSecret, SecretView } from '../../contract/access/secret.ts';
import type { EventsAnswer } from '../../contract/questions/events.ts';
import { rewrap } from '../../proxy/vault/envelope.ts';
import { type House, openHouse } from '../questions/house.ts';
import { masterKey, sealedSecret } from './sealed.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000, interval: 20 });
const newSecret = (letter: string, changes: Partial<NewSecret> = {}): NewSecret => {
  const { id, provider, label, last4, from, until, envelope } = sealedSecret(letter);
  return { id, provider, label, last4, from, until, envelope, ...changes };
};

async function send<Answer>(method: string, path: string, body?: unknown): Promise<{ status: number; answer: Answer }> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`${house.url}/api/secrets${path}`, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as Answer };
}
const codeOf = ({ status, answer }: { status: number; answer: unknown }) => [
  status,
  (answer as { error?: { code: string } }).error?.code,
];
const told = async (action: string, subject: string) => {
  const { rows } = await house.ask<EventsAnswer>(`/api/events?action=${action}&subject=${subject}`);
  return rows.map(({ actor, detail }) => ({ actor, ...detail }));
};
const inForce = async () => (await house.ask<AccessDocument>('/v1/access')).secrets;

describe('a sealed secret', () => {
  it('is stored, listed without its envelope, and handed to proxies with it', async () => {
    const secret = newSecret('a', { label: 'team', last4: 'ry-a' });
    const { status, answer } = await send<SecretView>('POST', '', secret);
    expect(status).toBe(200);
    expect(answer).toMatchObject({ id: secret.id, tenant: 'default', label: 'team', masterKeyId: masterKey(1).id });
    const { secrets } = (await send<{ secrets: SecretView[] }>('GET', '')).answer;
    expect(secrets).toEqual([answer]);
    expect(JSON.stringify(secrets)).not.toContain(secret.envelope.sealed);
    expect(await inForce()).toMatchObject([{ id: secret.id, envelope: secret.envelope }]);
    await eventually(() => told('secret.create', secret.id)).toMatchObject([{ actor: 'operator', provider: 'openai' }]);
  });

  it('is not taken a second time, nor with a span or a form that makes no sense', async () => {
    expect(codeOf(await send('POST', '', newSecret('a')))).toEqual([409, 'secret_changed']);
    expect(codeOf(await send('POST', '', newSecret('b', { from: 20, until: 20 })))).toEqual([400, 'secret_invalid']);
    expect(codeOf(await send('POST', '', newSecret('b', { provider: '../x' })))).toEqual([400, 'question_invalid']);
    expect(codeOf(await send('POST', '', { ...newSecret('b'), id: 'b' }))).toEqual([400, 'question_invalid']);
    expect(await inForce()).toHaveLength(1);
  });

  it('gets another data key without being changed itself, and only over the version that was read', async () => {
    const before = (await send<SealedSecret>('GET', '/secret_aaaaaaaaaaaa')).answer;
    const envelope = rewrap(before.envelope, { from: masterKey(1), to: masterKey(2) }, before);
    const rewrapped = { envelope, instead: before.envelope.wrappedKey };
    const other = { ...rewrapped, envelope: { ...envelope, sealed: newSecret('a').envelope.sealed } };
    expect(codeOf(await send('PUT', `/${before.id}`, { rewrapped: other }))).toEqual([409, 'secret_changed']);
    expect((await send<SecretView>('PUT', `/${before.id}`, { rewrapped })).answer.masterKeyId).toBe(masterKey(2).id);
    expect(codeOf(await send('PUT', `/${before.id}`, { rewrapped }))).toEqual([409, 'secret_changed']);
    expect((await inForce())[0]?.envelope).toEqual(envelope);
    await eventually(() => told('secret.rotate', before.id)).toEqual([
      { actor: 'operator', provider: 'openai', before: masterKey(1).id, masterKey: masterKey(2).id },
    ]);
  });

  it('gets another span, which is told as well', async () => {
    expect((await send<SecretView>('PUT', '/secret_aaaaaaaaaaaa', { until: 99 })).answer.until).toBe(99);
    expect(codeOf(await send('PUT', '/secret_aaaaaaaaaaaa', { from: 100 }))).toEqual([400, 'secret_invalid']);
    expect(codeOf(await send('PUT', '/secret_aaaaaaaaaaaa', { provider: 'groq' }))).toEqual([400, 'question_invalid']);
    await eventually(() => told('secret.change', 'secret_aaaaaaaaaaaa')).toMatchObject([{ until: '99' }]);
  });

  it('is gone from lists and proxies once it was removed', async () => {
    expect((await send('DELETE', '/secret_aaaaaaaaaaaa')).status).toBe(200);
    expect(await inForce()).toEqual([]);
    for (const method of ['GET', 'DELETE'])
      expect(codeOf(await send(method, '/secret_aaaaaaaaaaaa'))).toEqual([404, 'secret_unknown']);
    await eventually(() => told('secret.remove', 'secret_aaaaaaaaaaaa')).toHaveLength(1);
  });
});

describe('without an access key', () => {
  it('nobody from elsewhere stores or removes secrets', async () => {
    for (const [method, url] of [
      ['POST', '/api/secrets'],
      ['DELETE', '/api/secrets/x'],
      ['GET', '/api/secrets'],
    ] as const) {
      const answer = await house.app.inject({ method, url, remoteAddress: '10.1.2.3', headers: { host: 'localhost' } });
      expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'operator_only']);
    }
  });
});
