// What traffic says by itself, in any language, and where it says nothing.
import { describe, expect, it } from 'vitest';
import { labelledPairs } from '../../bench/routing/re-ask.ts';
import { agreementOf } from '../../evaluation/agreement.ts';
import { abandoned, schemaInvalid, toolFailed, truncated } from '../../evaluation/inferred/broken-answers.ts';
import { editDistance } from '../../evaluation/inferred/edit-distance.ts';
import { followUpTime } from '../../evaluation/inferred/follow-up-time.ts';
import { reAsk, reAskFrom, reAskScore } from '../../evaluation/inferred/re-ask.ts';
import { regenerate } from '../../evaluation/inferred/regenerate.ts';

describe('a re-ask', () => {
  it('is found in the half of the pairs that was held out, with F1 of at least 0.8', () => {
    const held = labelledPairs().filter(({ tuning }) => !tuning);
    const said = held.map(({ earlier, later, isReAsk }) => ({
      said: reAskScore(earlier, later) >= reAskFrom,
      truth: isReAsk,
    }));
    expect(agreementOf(said).f1).toBeGreaterThanOrEqual(0.8);
  });
  it('is measured on five hundred pairs', () => expect(labelledPairs().length).toBe(500));
  it('is not the same sentence about something else', () => {
    expect(reAskScore('What is the weather in Paris?', 'What is the weather in Rome?')).toBeLessThan(reAskFrom);
    expect(reAskScore('東京の天気は?', '大阪の天気は?')).toBeLessThan(reAskFrom);
  });
  it('is nothing that a program wrote, and nothing of another occasion', () => {
    const turns = { earlier: 'list my orders', later: 'list my orders', gapMs: 1_000 };
    expect(reAsk(turns)!.score).toBeGreaterThan(0.9);
    expect(reAsk({ ...turns, laterIsAutomatic: true })).toBeNull();
    expect(reAsk({ ...turns, gapMs: 3_600_000 })).toBeNull();
    expect(reAsk({ ...turns, gapMs: -5 })).toBeNull();
  });
});

describe('the traffic', () => {
  it('shows a regenerate, but not in a retry after a failure', () => {
    const again = {
      earlier: 'Hi  there',
      later: 'hi there',
      earlierTurns: 2,
      laterTurns: 2,
      earlierSucceeded: true,
      gapMs: 900,
    };
    expect(regenerate(again)!.score).toBe(0.9);
    expect(regenerate({ ...again, laterTurns: 4 })!.score).toBe(0);
    expect(regenerate({ ...again, earlierSucceeded: false })).toBeNull();
  });
  it('shows how much of an answer was kept', () => {
    const answer =
      'Dear Ms Berger, thank you for your letter of the third of May. We will repair the heater on Monday.';
    expect(editDistance(answer, answer)!.score).toBe(0);
    expect(editDistance(answer, answer.replace('on Monday', 'next Tuesday morning'))!.score).toBeLessThan(0.2);
    expect(editDistance(answer, 'Something else altogether that was never written by a model at all')).toBeNull();
  });
  it('shows tool calls that failed, forms that were missed and answers that were cut', () => {
    expect(toolFailed([{ isError: true }, { isError: false }])!.score).toBe(0.5);
    expect(toolFailed([])).toBeNull();
    expect([schemaInvalid(false)!.score, schemaInvalid(true)!.score, schemaInvalid(null)]).toEqual([1, 0, null]);
    expect(truncated('success', 'length', false)!.score).toBeGreaterThan(0.5);
    expect(truncated('success', 'length', true)!.score).toBe(0);
    expect(truncated('failed', null, false)).toBeNull();
  });
  it('shows impatience more clearly than a reader who had enough', () => {
    const left = { outcome: 'aborted' as const, stayedMs: 9_000, cameBack: false };
    const impatient = abandoned({ ...left, firstTokenMs: null })!.score;
    expect(impatient).toBeGreaterThan(abandoned({ ...left, stayedMs: 40_000, firstTokenMs: 400 })!.score);
    expect(abandoned({ ...left, outcome: 'failed', firstTokenMs: null })).toBeNull();
  });
  it('says little of a quick follow-up and nothing of a pause', () => {
    expect(followUpTime(3_000, 1_000)!.score).toBeGreaterThan(0.4);
    expect(followUpTime(3_000, 120_000)!.score).toBe(0);
    expect(followUpTime(3_000, -1)).toBeNull();
  });
});
