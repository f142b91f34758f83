// The suite that is the same for a client of every format: all recordings of all providers, asked through the proxy, in five
// chunkings, with a table of what passed and what was left out.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunkings, recordedFiles } from '../observe/recordings.ts';
import type { ReplayUpstream } from '../recorded/replay-upstream.ts';
import type { ProxyHouse } from '../support/proxy-house.ts';
import { type AskedProvider, recordingsOf } from './asked-providers.ts';
import type { ChatAnswer } from './chat-client.ts';
import type { ClientFormat } from './expected-answer.ts';
import { type Asking, replayAnswers, startRecordedUpstream } from './replayed-answers.ts';
import { openTranslationHouse } from './translation-house.ts';
import { type TranslationRow, translationTable } from './translation-table.ts';

interface Suite {
  /** What the client speaks, for people. */
  client: string;
  format: ClientFormat;
  providers: readonly AskedProvider[];
  /** Gives what asks, given the address of the proxy. */
  connect(url: string): (asking: Asking) => Promise<ChatAnswer>;
}

export function recordedSuite({ client, format, providers, connect }: Suite): void {
  const rows: TranslationRow[] = [];
  let upstream: ReplayUpstream;
  let house: ProxyHouse;

  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    house = await openTranslationHouse(upstream.url);
  });
  afterAll(async () => {
    await house.close();
    await upstream.close();
    const cuts = Object.keys(chunkings);
    const title = `Recorded answers as a client of ${client} gets them, in ${cuts.length} chunkings: ${cuts.join(', ')}.`;
    const asked = new Set(providers.flatMap(({ files }) => files));
    const others = recordedFiles()?.filter((file) => !asked.has(file)) ?? [];
    if (rows.length === 0) return;
    process.stderr.write(`${translationTable(title, rows)}not asked for in this format: ${others.join(', ')}\n`);
  });

  describe.skipIf(recordedFiles() === null)(`a client of ${client}`, () => {
    test.each(providers)(
      'is told what $name said, streamed and whole, however it is cut, and so is the record',
      async (provider) => {
        const began = performance.now();
        const { asked, left } = recordingsOf(provider);
        const room = { house, upstream, format, ask: connect(house.url) };
        const { lines, replays, passed } = await replayAnswers(room, provider, asked);
        const streamed = asked.filter(({ recording }) => recording.stream).length;
        const seconds = (performance.now() - began) / 1000;
        rows.push({ provider: provider.name, exchanges: asked.length, streamed, replays, passed, seconds, left });
        expect({ failed: lines.length, first: lines.slice(0, 12) }).toEqual({ failed: 0, first: [] });
      },
      240_000,
    );
  });
}
