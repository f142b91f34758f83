// The questions about decisions, asked over HTTP of a real store, against the same done in plain TypeScript.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionKind, ExclusionReason } from '../../contract/decision.ts';
import type { DecisionAnswer } from '../../contract/questions/decision.ts';
import type { DecisionFacetsAnswer } from '../../contract/questions/decision-facets.ts';
import type { DecisionFilters, DecisionsAnswer } from '../../contract/questions/decisions.ts';
import type { FlowAnswer } from '../../contract/questions/flow.ts';
import type { Filters } from '../../contract/questions/window.ts';
import { type House, openHouse } from './house.ts';
import { fits, within } from './model.ts';
import { fitsDecision, isRouted, type Routed, routedRecords, routeNames, servedBy, strategies } from './routed.ts';
import { awkward, end, start, toSegments } from './synthetic.ts';

const records = routedRecords(1500, 4711);
const routed = records.filter(isRouted);
let house: House;

beforeAll(async () => {
  house = await openHouse(() => end);
  for (const segment of toSegments(records, 500)) await house.deliver(segment.name, segment.records);
});
afterAll(() => house.close());

const anyWindow = fc
  .tuple(fc.integer({ min: start - 1e8, max: end }), fc.integer({ min: 1, max: 13 * 86_400_000 }))
  .map(([from, length]) => ({ from, to: from + length }));
const sometimes = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const decisionFilters: fc.Arbitrary<DecisionFilters> = fc.record({
  route: sometimes(fc.constantFrom(...routeNames)),
  strategy: sometimes(fc.constantFrom(...strategies)),
  kind: sometimes(fc.constantFrom(...DecisionKind.options)),
  requestedModel: sometimes(fc.constantFrom('alpha', 'beta')),
  excluded: sometimes(fc.constantFrom(...ExclusionReason.options)),
});
const filters: fc.Arbitrary<Filters> = fc.record({
  provider: sometimes(fc.constantFrom('openai', 'google', '')),
  model: sometimes(fc.constantFrom('alpha', 'alpha-2026')),
  app: sometimes(fc.constantFrom('desk', ...awkward)),
  task: sometimes(fc.constantFrom('', 'reply')),
  outcome: sometimes(fc.constantFrom('success', 'refused')),
  session: sometimes(fc.constant('s-7')),
});

function queryString(values: Record<string, unknown>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
}

const chosenBy = (window: { from: number; to: number } | undefined, chosen: Filters, own: DecisionFilters): Routed[] =>
  (window ? within(routed, window.from, window.to) : routed).filter(
    (record): record is Routed => isRouted(record) && fits(record, chosen) && fitsDecision(record, own),
  );

describe('the decision log', () => {
  it('is, page by page, all that fits, once each, newest first', async () => {
    const window = fc.option(anyWindow, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(window, filters, decisionFilters, async (inside, chosen, own) => {
        const ids: string[] = [];
        let before: string | undefined;
        let last = Number.POSITIVE_INFINITY;
        do {
          const query = queryString({ ...inside, ...chosen, ...own, limit: 70, before });
          const page: DecisionsAnswer = await house.ask(`/api/decisions?${query}`);
          for (const row of page.rows) {
            expect(row.startedAt).toBeLessThanOrEqual(last);
            last = row.startedAt;
          }
          ids.push(...page.rows.map((row) => row.id));
          before = page.next ?? undefined;
        } while (before);
        expect(ids).toHaveLength(new Set(ids).size);
        expect(new Set(ids)).toEqual(new Set(chosenBy(inside, chosen, own).map((record) => record.id)));
      }),
      { numRuns: 12 },
    );
  });

  it('says of each row who was chosen, with which probability, who served, and what was left out', async () => {
    const { rows } = await house.ask<DecisionsAnswer>('/api/decisions?limit=200');
    expect(rows).toHaveLength(200);
    for (const row of rows) {
      const record = routed.find(({ id }) => id === row.id)!;
      const { decision } = record;
      const chosen = decision.candidates[decision.plan[0] ?? -1];
      expect(row).toMatchObject({
        startedAt: record.startedAt,
        ...{ requestedModel: record.requestedModel, task: record.attribution.task },
        ...{ route: decision.route, strategy: decision.strategy, kind: decision.kind },
        chosen: chosen ? { provider: chosen.provider, model: chosen.model } : null,
        probability: chosen?.probability ?? null,
        served: servedBy(record),
        ...{ outcome: record.outcome, httpStatus: record.httpStatus, attempts: record.attempts.length },
      });
      const reasons = decision.candidates.flatMap(({ excluded }) => excluded ?? []);
      expect(new Set(row.excluded)).toEqual(new Set(reasons));
      expect(row.why.length).toBeGreaterThan(10);
    }
  });

  it('never reads a body and sorts no more than it has to', async () => {
    house.reads.length = 0;
    await house.ask(`/api/decisions?from=${start}&to=${end}&app=desk`);
    for (const sql of house.reads) expect(sql).not.toMatch(/bod(y|ies)/i);
  });
});

describe('the flow', () => {
  const key = (row: { requestedModel: string; route: string; kind: string; provider: string; model: string }) =>
    JSON.stringify([row.requestedModel, row.route, row.kind, row.provider, row.model]);
  const counts = (rows: string[]) =>
    Object.fromEntries([...Map.groupBy(rows, (row) => row)].map(([k, v]) => [k, v.length]));

  it('counts every decision of the window once, from the asked model to who served it', async () => {
    await fc.assert(
      fc.asyncProperty(anyWindow, filters, decisionFilters, async (window, chosen, own) => {
        const answer = await house.ask<FlowAnswer>(
          `/api/flow?${queryString({ ...window, ...chosen, ...own, limit: 50 })}`,
        );
        const fitting = chosenBy(window, chosen, own);
        const expected = fitting.map((record) => {
          const { provider, model } = servedBy(record) ?? { provider: '', model: '' };
          const { route, kind } = record.decision;
          return key({ requestedModel: record.requestedModel, route, kind, provider, model });
        });
        expect(answer.requests).toBe(fitting.length);
        expect(Object.fromEntries(answer.rows.map((row) => [key(row), row.requests]))).toEqual(counts(expected));
      }),
      { numRuns: 12 },
    );
  });

  it('adds the small ones up as "other" and loses nothing', async () => {
    const answer = await house.ask<FlowAnswer>(`/api/flow?${queryString({ from: start, to: end, limit: 1 })}`);
    expect(answer.rows.reduce((sum, row) => sum + row.requests, 0)).toBe(routed.length);
    const names = (of: (row: FlowAnswer['rows'][number]) => string) => new Set(answer.rows.map(of));
    expect(names((row) => row.requestedModel).size).toBe(2);
    expect(names((row) => row.requestedModel)).toContain('other');
    // Beside the biggest and the others: those whom nobody served.
    expect(names((row) => `${row.provider}/${row.model}`).size).toBeLessThanOrEqual(3);
    expect(new Set(answer.rows.map(key)).size).toBe(answer.rows.length);
  });
});

describe('the values of its filters', () => {
  it('are counted, a reason once for each request', async () => {
    await fc.assert(
      fc.asyncProperty(anyWindow, async (window) => {
        const answer = await house.ask<DecisionFacetsAnswer>(`/api/decision-facets?${queryString(window)}`);
        const inside = chosenBy(window, {}, {});
        const values: Record<keyof DecisionFacetsAnswer, (record: Routed) => string[]> = {
          route: ({ decision }) => [decision.route],
          strategy: ({ decision }) => [decision.strategy],
          kind: ({ decision }) => [decision.kind],
          requestedModel: (record) => [record.requestedModel],
          excluded: ({ decision }) => [...new Set(decision.candidates.flatMap(({ excluded }) => excluded ?? []))],
        };
        for (const [name, of] of Object.entries(values)) {
          const expected: Record<string, number> = {};
          for (const value of inside.flatMap(of)) expected[value] = (expected[value] ?? 0) + 1;
          const found = answer[name as keyof DecisionFacetsAnswer];
          expect(Object.fromEntries(found.map(({ value, requests }) => [value, requests])), name).toEqual(expected);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('why this model', () => {
  it('is answered in one call, as the proxy wrote it', async () => {
    for (const record of records.filter((_, index) => index % 200 === 0)) {
      const answer = await house.ask<DecisionAnswer>(`/api/decisions/${record.id}`);
      expect(answer).toMatchObject({
        ...{ id: record.id, startedAt: record.startedAt, requestedModel: record.requestedModel },
        ...{ decision: record.decision, attempts: record.attempts, notes: record.notes },
        upstreamDialect: record.decision ? record.upstreamDialect : null,
        ...{ outcome: record.outcome, httpStatus: record.httpStatus },
      });
      expect(answer.why).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it('is a 404 where nobody knows the exchange', async () => {
    const answer = await fetch(`${house.url}/api/decisions/018f0000-0000-7000-8000-ffffffffffff`);
    expect(answer.status).toBe(404);
  });
});

describe('words of the questions', () => {
  it.each(awkward)('%j in a filter is a value like any other', async (attack) => {
    for (const name of ['route', 'strategy', 'requestedModel'] as const) {
      const chosen = chosenBy(undefined, {}, { [name]: attack });
      const { requests } = await house.ask<FlowAnswer>(
        `/api/flow?${queryString({ from: start, to: end, [name]: attack })}`,
      );
      expect(requests).toBe(chosen.length);
    }
  });

  it.each(['kind', 'excluded', 'before', 'limit'])('%s takes nothing else', async (name) => {
    const answer = await fetch(`${house.url}/api/decisions?${queryString({ [name]: "x' OR 1 --" })}`);
    expect(answer.status).toBe(400);
  });
});
