// Takes the recorded decisions of a window again, through the very router that the proxy uses, under routes that are not in
// force. Works in bites of a few milliseconds, so that whoever else asks the collector is answered meanwhile.
import type { RehearsalAnswer, RehearsalProgress } from '../../contract/questions/rehearsal.ts';
import type { Window } from '../../contract/questions/window.ts';
import type { RouteConfiguration } from '../../contract/routes.ts';
import { createRouter } from '../../routing/router.ts';
import type { QuestionContext } from '../questions/question.ts';
import { notesFor, unheardIn } from './left-out.ts';
import { planCalls } from './recorded-calls.ts';
import { replayQuestion, type World } from './replay-question.ts';
import { Tally } from './tally.ts';

export interface Rehearsal {
  context: Pick<QuestionContext, 'store'>;
  world: World;
  routes: readonly RouteConfiguration[];
  window: Window;
  /** Decisions looked at; beyond them an even sample. */
  most?: number;
  /** Milliseconds, never going back. */
  now(): number;
}

const mostDecisions = 50_000;
/** Longest time at a stretch. */
const biteMs = 8;

/** Yields how far it is after every page; returns the answer. */
export async function* rehearse(rehearsal: Rehearsal): AsyncGenerator<RehearsalProgress, RehearsalAnswer> {
  const { context, world, routes, window, most = mostDecisions, now } = rehearsal;
  const withPrompts = routes.some(({ match }) => match.examples !== undefined);
  const plan = await planCalls(context, { window, most, withPrompts });
  const router = createRouter({ routes, unitKey: '', rememberedUnits: 1000 });
  const names = routes.filter(({ targets }) => targets.length > 0).map(({ name }) => name);
  const tally = new Tally(world, names);
  const bite = { began: now() };
  let replayed = 0;
  yield { replayed, of: plan.expected };
  for await (const calls of plan.pages()) {
    for (const call of calls) {
      tally.add(call, router.decide(replayQuestion(call, world)));
      if (now() - bite.began < biteMs) continue;
      await others();
      bite.began = now();
    }
    replayed += calls.length;
    yield { replayed, of: Math.max(plan.expected, replayed) };
  }
  return {
    ...window,
    recorded: plan.recorded,
    ...tally.answer(),
    unheard: unheardIn(routes),
    notes: notesFor(routes),
  };
}

/** Lets everybody else who waits for this thread have their turn. */
const others = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
