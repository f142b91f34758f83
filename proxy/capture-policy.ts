// How much of an exchange is kept: the first matching route, else the operator's default; a client may lower it.
import type { Configuration, RouteConfiguration } from '../contract/configuration.ts';
import type { Attribution } from '../contract/exchange.ts';
import type { CaptureMode, DialectName } from '../contract/words.ts';
import { compileMatch } from '../routing/match-route.ts';
import type { Subject } from '../routing/question.ts';

export interface CaptureSubject {
  requestedModel: string;
  provider: { name: string } | null;
  route: { dialect: DialectName };
  attribution: Attribution;
  /** What the client asked for; `full` when it did not say. */
  capture: CaptureMode;
}

const order: CaptureMode[] = ['full', 'metadata', 'off'];

export type CapturePolicy = (subject: CaptureSubject) => CaptureMode;

/** Compiled once; asked for every exchange. */
export function capturePolicy(configuration: Configuration): CapturePolicy {
  const routes = configuration.routes.filter((route) => route.capture).map(compile);
  const standard = configuration.recording.capture;
  return (subject) => {
    const route = routes.find((candidate) => candidate.matches(subject));
    return leastOf(route?.capture ?? standard, subject.capture);
  };
}

export const leastOf = (a: CaptureMode, b: CaptureMode): CaptureMode => (order.indexOf(a) > order.indexOf(b) ? a : b);

interface CompiledRoute {
  capture: CaptureMode;
  matches(subject: CaptureSubject): boolean;
}

/** The checks of the configuration see to it that no other condition stands beside `capture`. */
function compile(route: RouteConfiguration): CompiledRoute {
  const matches = compileMatch(route.match);
  return {
    capture: route.capture ?? 'full',
    matches: ({ attribution, requestedModel, provider, route: { dialect } }) =>
      matches({ ...unseen, ...attribution, requestedModel, provider: provider?.name ?? '', dialect }),
  };
}

/** What is not asked here. */
const unseen: Pick<
  Subject,
  'operation' | 'key' | 'header' | 'inputTokens' | 'needs' | 'sensitivity' | 'now' | 'prompt'
> = {
  operation: 'other',
  key: '',
  header: () => null,
  inputTokens: null,
  needs: { tools: false, vision: false, schema: false, audio: false, stream: false },
  sensitivity: '',
  now: 0,
  prompt: () => '',
};
