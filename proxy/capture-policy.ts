// How much of an exchange is kept: the first matching route, else the operator's default; a client may lower it.
import type { Configuration, RouteConfiguration } from '../contract/configuration.ts';
import type { Attribution } from '../contract/exchange.ts';
import type { CaptureMode, DialectName } from '../contract/words.ts';

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

function compile(route: RouteConfiguration): CompiledRoute {
  const { match } = route;
  const model = pattern(match.model);
  const provider = pattern(match.provider);
  const task = pattern(match.task);
  const app = pattern(match.app);
  return {
    capture: route.capture ?? 'full',
    matches: (subject) =>
      model(subject.requestedModel) &&
      provider(subject.provider?.name ?? '') &&
      task(subject.attribution.task) &&
      app(subject.attribution.app) &&
      (match.dialect === undefined || match.dialect === subject.route.dialect),
  };
}

/** `*` stands for any run of characters; everything else for itself. */
function pattern(glob: string | undefined): (value: string) => boolean {
  if (glob === undefined) return () => true;
  const parts = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (value) => expression.test(value);
}
