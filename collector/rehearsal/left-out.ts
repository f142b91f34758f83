// What a rehearsal cannot know, said beforehand: conditions that nothing recorded can meet, and what the sums leave out.
import type { RehearsalAnswer } from '../../contract/questions/rehearsal.ts';
import type { RouteConfiguration } from '../../contract/routes.ts';

/** Conditions that look at what no record holds; they never hold here. */
export function unheardIn(routes: readonly RouteConfiguration[]): RehearsalAnswer['unheard'] {
  return routes.flatMap(({ name, match, targets }) => {
    const needs = (match.needs ?? []).some((need) => need !== 'stream');
    const isSet = (pattern: string | undefined): boolean => pattern !== undefined && pattern !== '*' && pattern !== '';
    const conditions = [
      ...(Object.keys(match.header ?? {}).length > 0 ? ['header'] : []),
      ...(isSet(match.key) ? ['key'] : []),
      ...(needs ? ['needs'] : []),
      ...(isSet(match.sensitivity) ? ['sensitivity'] : []),
    ];
    return targets.length > 0 && conditions.length > 0 ? [{ route: name, conditions }] : [];
  });
}

type Note = [sentence: string, applies: (route: RouteConfiguration) => boolean];

const always = [
  'Health is ignored: no breaker, cool-down, limit or slowness counts, and every target is taken to have a key.',
  'Costs are list prices of the tokens that were really used, without prompt caches, retries, hedges and copies.',
  'What clients wished for in their bodies (models, provider, fallbacks) was not recorded and is left out.',
];

const sometimes: Note[] = [
  [
    'Examples are held against the first 200 characters of what the user wrote last, as recorded.',
    ({ match }) => match.examples !== undefined,
  ],
  [
    'Without health, "fastest" and "least-busy" know nothing to tell targets apart by and fall back to the order of the file.',
    ({ strategy }) => strategy === 'fastest' || strategy === 'least-busy',
  ],
  ['"published" goes by the weights of the routes given here.', ({ strategy }) => strategy === 'published'],
  ['Of a cascade only the first step is counted.', ({ strategy }) => strategy === 'cascade'],
  [
    'Criticality and patience come from headers that were not recorded: no request states any here.',
    ({ tiers, patience }) => patience !== undefined || (tiers ?? []).some(({ criticality }) => criticality !== '*'),
  ],
];

export function notesFor(routes: readonly RouteConfiguration[]): string[] {
  const routed = routes.filter(({ targets }) => targets.length > 0);
  return [...always, ...sometimes.flatMap(([sentence, applies]) => (routed.some(applies) ? [sentence] : []))];
}
