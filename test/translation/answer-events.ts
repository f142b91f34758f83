// Random answers as neutral events, in an order in which a provider could give them: thoughts, words, refusals and calls one
// after the other, pieces of the arguments of several calls interleaved, then why it ended and what it used.
import fc from 'fast-check';
import { type Usage, unknownUsage } from '../../contract/usage.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import type { Seal, SealOrigin } from '../../proxy/dialects/neutral/request.ts';
import { words } from './conversation-parts.ts';

type Piece = 'text' | 'refusal' | 'reasoning' | 'call';

/** Every answer ends. Thoughts are sealed where it is said by whom, for only some formats carry seals. */
export function answerEvents(sealedBy?: SealOrigin): fc.Arbitrary<NeutralEvent[]> {
  const piece = fc.record({
    kind: fc.constantFrom<Piece>('text', 'text', 'refusal', 'reasoning', 'call'),
    said: words(),
  });
  const start = fc.record({ id: fc.constant('resp_of_provider'), model: fc.constantFrom('model-a', 'model-b') });
  return fc
    .tuple(start, fc.array(piece, { maxLength: 8 }), fc.boolean(), endings(), usages())
    .map(([begun, pieces, interleaved, unified, usage]): NeutralEvent[] => {
      const called = pieces.some(({ kind }) => kind === 'call');
      const reason = unified === 'stop' && called ? 'tool_calls' : unified;
      return [
        { type: 'start', ...begun },
        ...said(pieces, { interleaved, sealedBy }),
        { type: 'finish', choice: 0, finish: { unified: reason, raw: reason }, stopSequence: '' },
        { type: 'usage', usage, reportedCost: null },
      ];
    });
}

const endings = () => fc.constantFrom<'stop' | 'length' | 'content_filter'>('stop', 'stop', 'length', 'content_filter');

interface Manner {
  interleaved: boolean;
  sealedBy: SealOrigin | undefined;
}

function said(pieces: { kind: Piece; said: string }[], { interleaved, sealedBy }: Manner): NeutralEvent[] {
  const events: NeutralEvent[] = [];
  const later: NeutralEvent[] = [];
  let calls = 0;
  pieces.forEach(({ kind, said: text }, block) => {
    if (kind === 'text' || kind === 'refusal') events.push({ type: kind, choice: 0, text });
    else if (kind === 'reasoning') {
      const half = text.length >> 1;
      for (const part of [text.slice(0, half), text.slice(half)])
        events.push({ type: kind, choice: 0, block, text: part });
      if (sealedBy) events.push({ type: 'reasoning-seal', choice: 0, block, seal: sealOf(sealedBy, block) });
    } else {
      const call = calls++;
      events.push({ type: 'tool-call', choice: 0, call, id: `call_${call}`, name: 'get_weather', seal: null });
      events.push({ type: 'tool-arguments', choice: 0, call, text: '{"city":' });
      const rest: NeutralEvent = { type: 'tool-arguments', choice: 0, call, text: `${JSON.stringify(text)}}` };
      if (interleaved) later.push(rest);
      else events.push(rest);
    }
  });
  return [...events, ...later];
}

const sealOf = (origin: SealOrigin, block: number): Seal => {
  return { origin, kind: origin === 'openai' ? 'encrypted' : 'signature', value: `seal-${block}`, id: '' };
};

/** Buckets that every format knows, with a total that adds up. */
function usages(): fc.Arbitrary<Usage> {
  const count = fc.integer({ min: 0, max: 5000 });
  return fc.tuple(count, count, count, count, count).map(([fresh, read, wrote, spoken, thought]) => ({
    ...unknownUsage,
    ...{ inputUncached: fresh, inputCacheRead: read, inputCacheWrite5m: wrote, outputText: spoken },
    ...{ outputReasoning: thought, total: fresh + read + wrote + spoken + thought },
  }));
}
