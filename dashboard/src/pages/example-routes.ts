// Routes to begin with: one that anybody can copy, and one made of the traffic that is there.
import type { FlowRow } from '../../../contract/questions/flow.ts';

export const firstRoutes = [
  {
    name: 'smart',
    match: { model: 'smart' },
    targets: [
      { provider: 'anthropic', model: 'claude-opus-5', weight: 90 },
      { provider: 'openai', model: 'gpt-5.6', weight: 10 },
    ],
    fallback: [{ provider: 'mistral', model: 'mistral-large-3' }],
  },
];

/** As a person would write them: what is innermost stands on one line. */
export function routesText(routes: readonly unknown[]): string {
  return JSON.stringify(routes, null, 2).replace(
    /\{\s+([^{}[\]]*?)\s+\}/g,
    (_, inner: string) => `{ ${inner.replace(/\n\s+/g, ' ')} }`,
  );
}

/** A nine to one split of what is asked most between the two who serve most; the first route where there are not two. */
export function exampleRoutes(rows: readonly FlowRow[]): unknown[] {
  const served = rows.filter(({ provider, model }) => provider !== '' && model !== '');
  const names = new Map(served.map(({ provider, model }) => [`${provider}/${model}`, { provider, model }]));
  const [one, other] = [...names.values()];
  const asked = rows.find(({ requestedModel }) => requestedModel !== '' && requestedModel !== 'other');
  if (!one || !other || !asked) return firstRoutes;
  const targets = [
    { ...one, weight: 90 },
    { ...other, weight: 10 },
  ];
  return [{ name: 'split', match: { model: asked.requestedModel }, targets }];
}
