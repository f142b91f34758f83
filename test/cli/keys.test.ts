// `sightline keys` as its users meet it: a process that asks a real collector.
import { expect, it, onTestFinished } from 'vitest';
import { isWholeKey } from '../../configuration/keys/key-text.ts';
import { quietCollector } from '../collector/quiet-collector.ts';
import { folderWith } from '../configuration/folder.ts';
import { sightline } from './run.ts';

async function operated() {
  const app = await quietCollector({ accessKey: 'open' });
  onTestFinished(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const file = { collector: { accessKey: 'open', proxyUrl: 'https://llm.example' } };
  const cwd = folderWith({ 'sightline.config.json': file });
  return (...argv: string[]) => sightline(['keys', ...argv, '--collector', url], { cwd });
}

it('makes a key, says where it goes, lists it without it, rotates and revokes it', async () => {
  const run = await operated();
  const made = await run('create', '--name', 'billing', '--team', 'finance', '--models', 'gpt-4o*, o9', '--rpm', '60');
  expect(made.code).toBe(0);
  const key = /sl_\S+/.exec(made.out)?.[0] ?? '';
  expect(isWholeKey(key)).toBe(true);
  expect(made.out).toContain(`OPENAI_BASE_URL=https://llm.example/v1       OPENAI_API_KEY=${key}`);
  const listed = await run('list');
  expect(listed.out).toMatch(/^key_\w{12} +….{4} +billing +live +team=finance models=gpt-4o\*,o9 rpm=60$/m);
  expect(listed.out).not.toContain(key);

  const { keys } = JSON.parse((await run('list', '--json')).out);
  const rotated = JSON.parse((await run('rotate', keys[0].id, '--grace', '1h', '--json')).out);
  expect(rotated).toMatchObject({ record: { name: 'billing', team: 'finance' }, baseUrl: 'https://llm.example' });
  const revoked = await run('revoke', rotated.record.id);
  expect([revoked.code, revoked.out]).toEqual([
    ...[0, `${rotated.record.id} "billing" is revoked, in every proxy within 5 seconds.\n`],
  ]);
  expect((await run('list')).out).toMatch(/revoked \d{4}-\d\d-\d\d/);
});

it('says what it cannot do', async () => {
  const run = await operated();
  expect(await run('create')).toMatchObject({ code: 2, err: expect.stringContaining('A key needs a --name') });
  expect(await run('create', '--name', 'a', '--expires', 'soon')).toMatchObject({ code: 2 });
  expect(await run('list', '--rpm', '5')).toMatchObject({ code: 2, err: expect.stringContaining('belongs to') });
  expect(await run('rotate')).toMatchObject({ code: 2, err: expect.stringContaining('Which key?') });
  expect(await run('revoke', 'key_aaaaaaaaaaaa')).toMatchObject({ code: 1, err: expect.stringContaining('no key') });
  const bad = await run('create', '--name', 'a', '--networks', '10.0.0.0/99');
  expect(bad).toMatchObject({ code: 1, err: expect.stringContaining('is no network') });
});
