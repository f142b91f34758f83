// docs/translation.md says what is so: its configurations load, its tables are what the code does.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../configuration/load.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import type { ErrorClass } from '../../proxy/dialects/neutral/error.ts';
import { statusOf } from '../../proxy/translation/error-status.ts';
import { folderWith } from '../configuration/folder.ts';
import { accountJson } from '../upstream/google-account.ts';
import { crossingTable } from './crossing-table.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/translation.md'), 'utf8');
const blocks = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map((found) => found[1] as string);
const env = Object.fromEntries([...page.matchAll(/"env:(\w+)"/g)].map((found) => [found[1], 'a-secret']));

describe('the page about translation', () => {
  it('has a configuration for each kind of provider that needs one', () => {
    expect(blocks.map((block) => Object.keys(JSON.parse(block).providers)[0])).toEqual([
      ...['openai', 'azure', 'bedrock', 'vertex', 'ollama'],
    ]);
  });

  it.each(blocks)('has configurations that load: %s', (block) => {
    const secret = {
      'secrets/aws': 'a-secret',
      'service-account.json': accountJson('https://oauth2.googleapis.com/token'),
    };
    const file = block.replace('/run/secrets', 'secrets');
    const cwd = folderWith({ ...secret, 'sightline.config.json': file });
    const { providers, notices } = loadConfiguration({ cwd, env });
    expect(providers.map(({ name }) => name)).toEqual(Object.keys(JSON.parse(block).providers));
    expect(notices).toEqual([]);
  });

  it('has the table of fields that the dialects make', () => {
    expect(page).toContain(`\n${crossingTable()}\n`);
  });

  it('has the statuses and words that each class of error gets', () => {
    const rows = [...page.matchAll(/^\| ([a-z ]+) \| ([45]\w\w)[^`|]*(?:`(\w+)`)? \| ([45]\w\w)[^`|]*`(\w+)` \|$/gm)];
    expect(rows).toHaveLength(12);
    for (const [, name = '', ...said] of rows) {
      const kind = name.replace(' ', '_') as ErrorClass;
      const told = (['openai-chat', 'anthropic-messages'] as const).flatMap((dialect) => {
        const raw = { class: kind, type: '', code: '', message: 'm', param: '', retryAfterMs: null, raw: null };
        const spoken = {
          status: statusOf(dialect, kind),
          code: 'c',
          type: 't',
          message: 'm',
          exchangeId: '',
          provider: raw,
        };
        const { error } = JSON.parse(dialects[dialect].errorBody(spoken));
        const status = kind === 'server' ? '5xx' : String(spoken.status);
        return [status, (dialect === 'openai-chat' ? error.code : error.type) ?? undefined];
      });
      expect(said, name).toEqual(told);
    }
  });
});
