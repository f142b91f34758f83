// What a question is: a path, what it takes, what it answers, and the function that finds the answer. The routes, the
// checks of what was sent and the OpenAPI document all come from these few fields.
import type { z } from 'zod';
import type { Store } from '../../clickhouse/store.ts';
import type { Budget } from '../../contract/access/budget.ts';
import type { TargetReports } from '../target-reports.ts';

/** What questions may use. */
export interface QuestionContext {
  store: Store;
  /** Segments received, not yet in ClickHouse, and records ClickHouse would not take. */
  ingest: { waiting(): number; deadRecords(): number };
  targetReports: Pick<TargetReports, 'latest'>;
  /** Reporting time zone, an IANA name. */
  timezone: string;
  version: string;
  proxyUrl: string;
  simulated: boolean;
  /** Days after which exchanges, and segments with the rollups, leave the store. */
  keptDays: { exchanges: number; rollups: number };
  /** In force now, from configuration and documents. */
  budgets(): readonly Budget[];
  /** Sightline keys by what they are called; ended ones too. */
  keys(): readonly { id: string; name: string }[];
  /** Epoch milliseconds. */
  clock: () => number;
}

export interface Question<Query extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  path: string;
  summary: string;
  /** The query string; the parts of the path for a question about one thing (`inPath`). */
  query: Query;
  inPath?: boolean;
  answer: Answer;
  ask(context: QuestionContext, query: z.output<Query>): Promise<z.output<Answer>>;
}

/** Ties the types of a question's fields together. */
export function question<Query extends z.ZodType, Answer extends z.ZodType>(
  definition: Question<Query, Answer>,
): Question<Query, Answer> {
  return definition;
}
