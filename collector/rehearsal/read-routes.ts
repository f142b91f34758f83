// The routes that are to be tried, checked as the configuration's own are: everything that is wrong is listed at once.
import { crossCheck } from '../../configuration/checks.ts';
import { type ConfigurationProblem, ConfigurationProblems } from '../../configuration/problems.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import { validate } from '../../configuration/validate.ts';
import type { Problem } from '../../contract/questions/problem.ts';
import type { RouteConfiguration } from '../../contract/routes.ts';
import { CollectorError } from '../errors.ts';

/** Throws RoutesInvalid. `given`: the list of routes, or an object that has it as `routes`, such as a whole configuration. */
export function readRoutes(given: unknown, providers: readonly ResolvedProvider[]): RouteConfiguration[] {
  const problems: ConfigurationProblem[] = [];
  const configuration = validate({ routes: listIn(given) ?? given }, {}, problems);
  if (problems.length === 0) problems.push(...crossCheck(configuration, providers));
  if (problems.length > 0) throw new RoutesInvalid(problems);
  return configuration.routes;
}

function listIn(given: unknown): unknown {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  return isObject && 'routes' in given ? given.routes : undefined;
}

export class RoutesInvalid extends CollectorError {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super('routes_invalid', { found: new ConfigurationProblems(problems).message });
    this.problems = problems;
  }

  override toProblem(): Problem {
    const { error } = super.toProblem();
    return { error: { ...error, problems: [...this.problems] } };
  }
}
