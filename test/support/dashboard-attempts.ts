// Answers the dashboard's questions about attempts with invented data, checked against the contract before it leaves.
import { ErrorsAnswer, ErrorsQuery } from '../../contract/questions/errors.ts';
import type { ExchangeRow } from '../../contract/questions/exchanges.ts';
import { IncidentsAnswer, IncidentsQuery } from '../../contract/questions/incidents.ts';
import { ReliabilityAnswer, ReliabilityQuery } from '../../contract/questions/reliability.ts';
import { RetryCostsAnswer } from '../../contract/questions/retry-costs.ts';
import { TargetsAnswer } from '../../contract/questions/targets.ts';
import { errorsAnswer, incidentsIn, liveTargets, reliabilityAnswer, retryCosts } from './dashboard-reliability.ts';

type Parameters = Record<string, string>;

export interface AttemptsOptions {
  /** Traffic of which no attempt failed, needed a second one, or is on record. */
  calm?: boolean | undefined;
  /** Changes every answer before it is checked, for hostile data. */
  disturbAttempts?: ((answer: object) => object) | undefined;
}

/** By the name of the question. */
export function attemptQuestions(
  rows: ExchangeRow[],
  { calm = rows.length === 0, disturbAttempts = (answer) => answer }: AttemptsOptions,
): Record<string, (parameters: Parameters) => unknown> {
  const either = (empty: object, full: () => object) => (calm ? empty : disturbAttempts(full()));
  return {
    reliability(parameters) {
      const query = ReliabilityQuery.parse(parameters);
      const nothing = { step: query.step, timezone: 'UTC', providers: [], rows: [] };
      return ReliabilityAnswer.parse(either(nothing, () => reliabilityAnswer(query)));
    },
    errors(parameters) {
      const query = ErrorsQuery.parse(parameters);
      const nothing = { step: query.step, timezone: 'UTC', rows: [], groups: [], examples: [] };
      return ErrorsAnswer.parse(either(nothing, () => errorsAnswer(query, rows)));
    },
    incidents(parameters) {
      const query = IncidentsQuery.parse(parameters);
      const nothing = { incidents: [], found: 0 };
      return IncidentsAnswer.parse(either(nothing, () => ({ incidents: incidentsIn(query, rows), found: 2 })));
    },
    'retry-costs': () => RetryCostsAnswer.parse(either({ rows: [] }, () => ({ rows: retryCosts }))),
    targets: () => TargetsAnswer.parse(either({ at: Date.now(), proxies: [] }, () => liveTargets(Date.now()))),
  };
}
