import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VaultConfiguration } from '../../contract/access/access-configuration.ts';
import { createKeyRing, type KeyRing } from '../../proxy/vault/key-ring.ts';
import { readMasterKey } from '../../proxy/vault/master-key.ts';
import { masterKey } from './sealed.ts';

const bytes = (fill: number) => Buffer.alloc(32, fill);
const base64 = (fill: number) => bytes(fill).toString('base64');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-vault-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function ring(vault: object, env: Record<string, string> = {}, commandDeadlineMs = 10_000): Promise<KeyRing> {
  const made = createKeyRing({ vault: VaultConfiguration.parse(vault), env, directory: folder, commandDeadlineMs });
  await made.reload();
  return made;
}

describe('a master key', () => {
  it.each([
    ['base64', base64(7)],
    ['base64url', Buffer.alloc(32, 0xfb).toString('base64url')],
    ['hexadecimal', bytes(7).toString('hex')],
    ['hexadecimal in capitals, with a line break', `${bytes(7).toString('hex').toUpperCase()}\n`],
  ])('may be written as %s', (_way, text) => {
    expect(readMasterKey(text, 'here').key.symmetricKeySize).toBe(32);
  });

  it('has an id that is the same for the same key and for no other', () => {
    expect(masterKey(7).id).toBe(readMasterKey(base64(7), 'here').id);
    expect(masterKey(7).id).toMatch(/^[0-9a-f]{16}$/);
    expect(masterKey(8).id).not.toBe(masterKey(7).id);
  });

  it.each([
    ['nothing', '', 'found nothing'],
    ['too few bytes', Buffer.alloc(16, 9).toString('base64'), 'found 16 bytes'],
    ['too many bytes', Buffer.alloc(48, 9).toString('base64'), 'found 48 bytes'],
    ['other letters', 'correct horse battery staple', 'found 28 other characters'],
  ])('is refused when it is %s, without being quoted', (_what, text, found) => {
    const read = () => readMasterKey(text, 'vault.masterKey');
    expect(read).toThrow(found);
    expect(read).toThrow('vault.masterKey: expected 32 bytes');
    if (text) expect(read).not.toThrow(text);
  });

  it('neither prints nor serialises', () => {
    const key = masterKey(0x61);
    for (const shown of [JSON.stringify(key), inspect(key, { depth: 9 }), String(key.key)])
      expect(shown).not.toMatch(/6161|aaaa|YWFh|97/);
  });
});

describe('master keys are found', () => {
  it('in a variable, in the file that it names, and in a file beside the configuration', async () => {
    writeFileSync(path.join(folder, 'key'), `${base64(3)}\n`);
    const file = path.join(folder, 'key');
    expect((await ring({ masterKey: 'env:KEY' }, { KEY: base64(3) })).current?.id).toBe(masterKey(3).id);
    expect((await ring({ masterKey: 'env:KEY' }, { KEY_FILE: file })).current?.id).toBe(masterKey(3).id);
    expect((await ring({ masterKey: 'file:key' })).current?.id).toBe(masterKey(3).id);
  });

  it('from a program, started without a shell', async () => {
    const script = `process.stdout.write(Buffer.alloc(32, 3).toString('base64') + '\\n')`;
    expect((await ring({ command: [process.execPath, '-e', script] })).current?.id).toBe(masterKey(3).id);
    const shell = await ring({ command: ['echo $HOME; true'] });
    expect(shell.problem).toContain('could not be started (ENOENT)');
  });

  it('with earlier ones beside them, which open and do not seal', async () => {
    const env = { NEW: base64(4), OLD: base64(3) };
    const keys = await ring({ masterKey: 'env:NEW', previousMasterKeys: ['env:OLD'] }, env);
    expect(keys.current?.id).toBe(masterKey(4).id);
    expect(keys.find(masterKey(3).id)?.id).toBe(masterKey(3).id);
    expect(keys.find(masterKey(5).id)).toBeNull();
  });

  it('anew when they are read again, and not lost when they cannot be', async () => {
    const file = path.join(folder, 'key');
    writeFileSync(file, base64(3));
    const keys = await ring({ masterKey: 'file:key' });
    writeFileSync(file, base64(4));
    await keys.reload();
    expect(keys.current?.id).toBe(masterKey(4).id);
    rmSync(file);
    await keys.reload();
    expect(keys.current?.id).toBe(masterKey(4).id);
    expect(keys.problem).toContain('ENOENT');
  });
});

describe('what stands in the way of a master key is said', () => {
  const node = (script: string) => [process.execPath, '-e', script];
  it.each<[string, object, string]>([
    ['a variable that is not set', { masterKey: 'env:NOWHERE' }, 'expected the variable NOWHERE'],
    ['a file that is not there', { masterKey: 'file:nowhere' }, 'cannot be read (ENOENT)'],
    ['a key in the file itself', { masterKey: base64(3) }, 'never stands in the file'],
    ['nothing at all', {}, '`sightline vault init` makes one'],
    ['a program that fails', { command: node('process.exit(3)') }, 'it ended with code 3'],
    ['a program that prints no key', { command: node('console.log("canary")') }, 'found 4 bytes'],
    [
      'a program that talks without end',
      { command: node('for(;;)console.log("canary".repeat(99))') },
      'printed more than',
    ],
  ])('%s', async (_what, vault, said) => {
    const keys = await ring(vault);
    expect(keys.current).toBeNull();
    expect(keys.problem).toContain(said);
    expect(keys.problem).not.toMatch(/canary|AwMD/);
  });

  it('a program that does not end', async () => {
    const keys = await ring({ command: node('setInterval(() => {}, 1000)') }, {}, 50);
    expect(keys.problem).toContain('did not end within 50 ms');
  });
});
