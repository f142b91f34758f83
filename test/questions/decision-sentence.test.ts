// The sentence that answers "why this model?": how the first was chosen, and what became of it.
import { describe, expect, it } from 'vitest';
import { decisionSentence } from '../../collector/questions/decision-sentence.ts';
import type { Attempt } from '../../contract/attempt.ts';
import type { Candidate, Decision } from '../../contract/decision.ts';
import { attempt } from '../clickhouse/records.ts';

const candidate = (provider: string, model: string, changes: Partial<Candidate> = {}): Candidate => ({
  ...{ provider, model, region: '', probability: 0.9, score: null, health: null, expectedNanos: null },
  ...{ excluded: null, detail: '' },
  ...changes,
});
const opus = candidate('anthropic', 'claude-opus-5');
const luna = candidate('openai', 'gpt-5.6-luna', { probability: 0.1 });
const decision = (changes: Partial<Decision> = {}): Decision => ({
  ...{
    route: 'support',
    strategy: 'weighted',
    kind: 'sampled',
    unit: 'ab',
    draw: 0.3,
    weightsVersion: '',
    meaning: null,
  },
  ...{ candidates: [opus, luna], plan: [0, 1] },
  ...changes,
});
const tries = (...made: (Partial<Attempt> & { of?: Candidate })[]): Attempt[] =>
  made.map(({ of = opus, ...changes }, at) => ({ ...attempt(at + 1, of.provider, of.model), ...changes }));
const failed = { outcome: 'failed', status: 529 } as const;
const why = (changes: Partial<Decision>, attempts: Attempt[] = []): string =>
  decisionSentence({ decision: decision(changes), attempts, requestedModel: 'smart' });

describe('how the first was chosen', () => {
  it.each<[Partial<Decision>, string]>([
    [{}, 'Route support drew anthropic/claude-opus-5 with probability 0.9, and it answered.'],
    [
      { strategy: 'canary' },
      'Route support drew anthropic/claude-opus-5 with probability 0.9 in its canary, and it answered.',
    ],
    [
      { kind: 'sticky' },
      'Route support stayed with anthropic/claude-opus-5, which the same session or user drew before, and it answered.',
    ],
    [
      { kind: 'pinned', strategy: 'fixed' },
      'Route support chose anthropic/claude-opus-5 by its strategy fixed, and it answered.',
    ],
    [{ kind: 'cascade' }, 'Route support began its cascade with anthropic/claude-opus-5, and it answered.'],
    [
      { kind: 'failover' },
      'Route support had no target to ask, so anthropic/claude-opus-5 of its fallback chain came first, and it answered.',
    ],
    [
      { route: '', kind: 'pinned' },
      'No route matched: anthropic/claude-opus-5 was asked for by its name, and it answered.',
    ],
    [
      { meaning: { route: 'support', confidence: 0.834 } },
      'Route support drew anthropic/claude-opus-5 with probability 0.9, for the prompt is like its examples (0.83 sure), and it answered.',
    ],
  ])('%j', (changes, sentence) => {
    expect(why(changes, tries({}))).toBe(sentence);
  });

  it('names the expected cost where the cheapest was wanted', () => {
    const candidates = [{ ...opus, expectedNanos: 1_234_567 }];
    const changes = { kind: 'pinned', strategy: 'cheapest', candidates, plan: [0] } as const;
    expect(why({ ...changes, candidates, plan: [0] }, tries({}))).toContain('by its strategy cheapest (about $0.0012)');
  });

  it('says of everybody why nobody might answer', () => {
    const candidates = [
      { ...opus, excluded: 'residency' as const, detail: 'region unknown, allowed eu*' },
      { ...luna, excluded: 'price_cap' as const },
    ];
    expect(why({ candidates, plan: [] })).toBe(
      'No target of route support might answer (anthropic/claude-opus-5: residency, region unknown, allowed eu*; openai/gpt-5.6-luna: price cap).',
    );
    expect(why({ route: '', candidates: [], plan: [] })).toBe('Nobody who serves "smart" is known.');
  });

  it('says so where nothing was to decide, or nobody was asked', () => {
    expect(decisionSentence({ decision: null, attempts: [], requestedModel: '' })).toContain('nothing to decide');
    expect(why({ kind: 'cache' })).toBe('The answer came from the cache; nobody was asked.');
  });
});

describe('what became of it', () => {
  const after = (...made: Parameters<typeof tries>) => why({}, tries(...made)).replace(/^.*probability 0\.9/, '');
  it.each<[string, Parameters<typeof tries>, string]>([
    ['a failover', [failed, { of: luna, kind: 'failover' }], '; it failed with 529, so openai/gpt-5.6-luna answered.'],
    ['a retry', [failed, { kind: 'retry' }], '; it failed with 529, so it was asked again and answered.'],
    [
      'another key',
      [{ ...failed, status: 429 }, { kind: 'rotation' }],
      '; it failed with 429, so it was asked with another key and answered.',
    ],
    ['a failure', [failed], '; it failed with 529.'],
    [
      'failures all along',
      [failed, { of: luna, kind: 'failover', outcome: 'unreachable', status: null }],
      '; it failed with 529, so openai/gpt-5.6-luna was asked; openai/gpt-5.6-luna could not be reached.',
    ],
    [
      'a timeout',
      [
        { outcome: 'unreachable', status: null, errorCode: 'SIGHTLINE_UPSTREAM_TIMEOUT' },
        { of: luna, kind: 'failover' },
      ],
      '; it did not answer in time, so openai/gpt-5.6-luna answered.',
    ],
    [
      'a cascade that went on',
      [{ why: 'confidence 0.4' }, { of: luna, kind: 'cascade' }],
      '; it gave an answer that was not good enough (confidence 0.4), so openai/gpt-5.6-luna answered.',
    ],
    [
      'a hedge that won',
      [
        { outcome: 'aborted', status: null },
        { of: luna, kind: 'hedge', why: 'no content after 800 ms' },
      ],
      '; it was slow (no content after 800 ms), so openai/gpt-5.6-luna was asked, too, and openai/gpt-5.6-luna was first.',
    ],
    [
      'a continuation',
      [{ outcome: 'truncated' }, { of: luna, kind: 'continuation' }],
      '; it broke off, so openai/gpt-5.6-luna went on with the answer.',
    ],
    ['a client that left', [{ outcome: 'aborted', status: null }], '; the client went away.'],
    ['a copy beside it', [{}, { of: luna, kind: 'shadow' }], ', and it answered.'],
    ['no attempt at all', [], '.'],
  ])('%s', (_, made, course) => {
    expect(after(...made)).toBe(course);
  });
});
