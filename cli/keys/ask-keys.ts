// What each action asks of the collector, and what is said of the answer: the key and where it goes on stdout, the rest beside it.
import { z } from 'zod';
import { type KeyBinding, KeyView } from '../../contract/access/key.ts';
import type { Operating } from '../collector-api.ts';
import type { Terminal } from '../command.ts';
import { addresses } from '../start.ts';
import { keyTable } from './key-table.ts';

export interface Asking extends Operating {
  terminal: Terminal;
  json: boolean;
}

const Made = z.object({ key: z.string(), record: KeyView });
const Listed = z.object({ keys: z.array(KeyView) });

export async function createKey(asking: Asking, binding: KeyBinding): Promise<number> {
  return shown(asking, await asking.api.ask({ method: 'POST', path: 'api/keys', body: binding }, Made));
}

export async function rotateKey(asking: Asking, id: string, graceSeconds: number | undefined): Promise<number> {
  const body = graceSeconds === undefined ? {} : { graceSeconds };
  const path = `api/keys/${encodeURIComponent(id)}/rotate`;
  const made = await asking.api.ask({ method: 'POST', path, body }, Made);
  asking.terminal.say(`${id} holds for ${graceSeconds === undefined ? '24 hours' : `${graceSeconds} seconds`} more.`);
  return shown(asking, made);
}

export async function revokeKey({ api, terminal, json }: Asking, id: string): Promise<number> {
  const record = await api.ask({ method: 'DELETE', path: `api/keys/${encodeURIComponent(id)}` }, KeyView);
  terminal.print(
    json ? JSON.stringify(record) : `${record.id} "${record.name}" is revoked, in every proxy within 5 seconds.`,
  );
  return 0;
}

export async function listKeys({ api, terminal, json }: Asking): Promise<number> {
  const answer = await api.ask({ method: 'GET', path: 'api/keys' }, Listed);
  terminal.print(json ? JSON.stringify(answer) : keyTable(answer.keys, Date.now()));
  return 0;
}

function shown({ loaded, terminal, json }: Asking, made: z.output<typeof Made>): number {
  const { configuration } = loaded;
  const baseUrl = (configuration.collector.proxyUrl || addresses(configuration).proxyUrl).replace(/\/+$/, '');
  if (json) {
    terminal.print(JSON.stringify({ ...made, baseUrl }));
    return 0;
  }
  const { key, record } = made;
  terminal.print(`Key "${record.name}" (${record.id}):

  ${key}

It is shown this once and kept nowhere. In the app:

  OPENAI_BASE_URL=${baseUrl}/v1       OPENAI_API_KEY=${key}
  ANTHROPIC_BASE_URL=${baseUrl}       ANTHROPIC_API_KEY=${key}

Any other SDK: ${baseUrl} as its base URL, and the key where its API key goes.`);
  return 0;
}
