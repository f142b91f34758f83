// What is kept of a turn with tool calls, for whom, for how long, and where it is put back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message, Part, ReasoningPart, Seal, ToolCallPart } from '../../proxy/dialects/neutral/request.ts';
import { type CallTurn, createKeepsakes } from '../../proxy/translation/keepsakes.ts';

const hour = 3_600_000;
const seal = (value: string): Seal => ({ origin: 'anthropic', kind: 'signature', value, id: '' });
const thought = (text: string, sealed: Seal | null = null): ReasoningPart => ({
  type: 'reasoning',
  text,
  seal: sealed,
});
const call = (id: string, sealed: Seal | null = null): ToolCallPart => {
  return { type: 'tool-call', id, name: 'f', arguments: '{}', seal: sealed };
};
const text: Part = { type: 'text', text: 'Let me look.' };
const assistant = (...content: Part[]): Message => ({ role: 'assistant', content, name: '' });
const turn = (reasoning: ReasoningPart[], ...calls: [string, Seal | null][]): CallTurn => {
  return { reasoning, calls: new Map(calls) };
};
const signed = thought('hm', seal('sig'));

function keepsakes(options: { maximumBytes?: number; keepMs?: number } = {}) {
  const time = { now: 0 };
  const kept = createKeepsakes({ clock: () => time.now, ...options });
  /** What a client that knows nothing of thoughts says, with what was put back. */
  const back = (owner: string, id: string): Part[] => kept.restore(owner, [assistant(call(id))])[0]?.content ?? [];
  return { ...kept, time, back };
}

describe('what is put back', () => {
  it('are the thoughts before the words, and the seals on the calls', () => {
    const { keep, restore } = keepsakes();
    keep('ada', turn([signed, thought('plain')], ['a', seal('on a')], ['b', null]));
    const said = [assistant(text, call('a'), call('b'))];
    const before = structuredClone(said);
    expect(restore('ada', said)).toEqual([
      assistant(signed, thought('plain'), text, call('a', seal('on a')), call('b')),
    ]);
    expect(said).toEqual(before);
  });

  it('is left out where the client brings sealed thoughts of its own, and replaces unsealed ones', () => {
    const { keep, restore } = keepsakes();
    keep('ada', turn([signed], ['a', null]));
    const own = thought('mine', seal('mine'));
    expect(restore('ada', [assistant(own, call('a'))])).toEqual([assistant(own, call('a'))]);
    expect(restore('ada', [assistant(thought('shown'), call('a'))])).toEqual([assistant(signed, call('a'))]);
  });

  it('keeps unsealed thoughts of the client where nothing but seals of calls is known', () => {
    const { keep, restore } = keepsakes();
    keep('ada', turn([], ['a', seal('on a')]));
    expect(restore('ada', [assistant(thought('shown'), call('a'))])).toEqual([
      assistant(thought('shown'), call('a', seal('on a'))),
    ]);
  });

  it('never overwrites a seal that is there, and touches no other message', () => {
    const { keep, restore } = keepsakes();
    keep('ada', turn([], ['a', seal('kept')]));
    const others: Message[] = [
      { role: 'user', content: [text], name: '' },
      assistant(text),
      assistant(call('unknown')),
      { role: 'tool', content: [{ type: 'tool-result', callId: 'a', name: '', content: [], failed: false }], name: '' },
      assistant(call('a', seal('own'))),
    ];
    expect(restore('ada', others)).toEqual(others);
  });

  it('is known by any call of the turn, also where the client has dropped the first', () => {
    const { keep, back } = keepsakes();
    keep('ada', turn([signed], ['a', null], ['b', null]));
    expect(back('ada', 'b')).toEqual([signed, call('b')]);
  });
});

describe('the thoughts of a call', () => {
  it('are its plain texts, a paragraph each', () => {
    const { keep, thoughtsOf } = keepsakes();
    keep('ada', turn([thought('one'), thought('', seal('redacted')), thought('two')], ['a', null]));
    expect(thoughtsOf('ada', 'a')).toBe('one\n\ntwo');
    expect(thoughtsOf('ada', 'b')).toBe('');
  });
});

describe('owners', () => {
  it('never share, whatever they and their calls are called', () => {
    const names = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ':', '/', '|'), maxLength: 4 });
    fc.assert(
      fc.property(names, names, names, names, (owner, id, other, otherId) => {
        fc.pre(owner !== other || id !== otherId);
        const { keep, back, thoughtsOf } = keepsakes();
        keep(owner, turn([signed], [id, null]));
        expect(back(other, otherId)).toEqual([call(otherId)]);
        expect(thoughtsOf(other, otherId)).toBe('');
        expect(thoughtsOf(owner, id)).toBe('hm');
      }),
    );
  });
});

describe('what is kept', () => {
  it('is forgotten after a day, or whatever time was set, and comes anew with a new turn', () => {
    for (const [options, keepMs] of [[{}, 24 * hour] as const, [{ keepMs: 50 }, 50] as const]) {
      const { keep, thoughtsOf, time } = keepsakes(options);
      keep('ada', turn([thought('first')], ['a', null]));
      time.now = keepMs - 1;
      expect(thoughtsOf('ada', 'a')).toBe('first');
      time.now = keepMs;
      expect(thoughtsOf('ada', 'a')).toBe('');
      keep('ada', turn([thought('second')], ['a', null]));
      expect(thoughtsOf('ada', 'a')).toBe('second');
    }
  });

  it('is nothing where nobody would want it back', () => {
    const { keep, restore } = keepsakes();
    keep('ada', turn([], ['a', null]));
    const said = [assistant(thought('shown'), call('a'))];
    expect(restore('ada', said)).toEqual(said);
  });

  it('stays within its bounds: the oldest go first, and what is too large is not taken', () => {
    const { keep, thoughtsOf } = keepsakes({ maximumBytes: 10_000 });
    const long = 'x'.repeat(400);
    for (let at = 0; at < 50; at++) keep('ada', turn([thought(long)], [`c${at}`, null]));
    const known = Array.from({ length: 50 }, (_, at) => thoughtsOf('ada', `c${at}`) !== '');
    const first = known.indexOf(true);
    expect(known.slice(first).every(Boolean)).toBe(true);
    // A text of 400 letters counts double, and a little more for what is around it.
    expect(known.length - first).toBe(Math.floor(10_000 / (2 * 400 + 200 + 'ada\nc49'.length)));
    keep('ada', turn([thought('x'.repeat(5000))], ['huge', null]));
    expect(thoughtsOf('ada', 'huge')).toBe('');
    expect(thoughtsOf('ada', 'c49')).toBe(long);
  });

  it('counts a call that is kept again once', () => {
    const { keep, thoughtsOf } = keepsakes({ maximumBytes: 10_000 });
    keep('ada', turn([thought('first')], ['a', null]));
    for (let at = 0; at < 100; at++) keep('ada', turn([thought('y'.repeat(400))], ['b', null]));
    expect(thoughtsOf('ada', 'a')).toBe('first');
  });
});
