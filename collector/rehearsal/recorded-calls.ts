// The recorded decisions of a window with what their exchanges tell of the request, a few thousand at a time. Beyond a bound
// an even sample is read: a hash of the id decides, so that asking again reads the same.
import type { Window } from '../../contract/questions/window.ts';
import type { DialectName, Operation } from '../../contract/words.ts';
import type { Target } from '../../routing/target.ts';
import { insideWindow } from '../questions/decision-filters.ts';
import type { QuestionContext } from '../questions/question.ts';
import { timeSlices } from '../questions/time-slices.ts';

export interface RecordedCall {
  at: number;
  requestedModel: string;
  task: string;
  session: string;
  app: string;
  team: string;
  environment: string;
  user: string;
  tags: Record<string, string>;
  dialect: DialectName;
  operation: Operation;
  stream: boolean;
  inputTokens: number | null;
  outputTokens: number | null;
  /** What the user wrote last, its first 200 characters; '' where it was not asked for. */
  prompt: string;
  /** The route that decided; '' where none matched. */
  route: string;
  /** Who was to be asked first; null when nobody could be. */
  chosen: Target | null;
}

export interface CallsPlan {
  recorded: number;
  /** As many as will be read, give or take the luck of the sample. */
  expected: number;
  pages(): AsyncGenerator<RecordedCall[]>;
}

/** One answer of the store is read in one go: this many take a few milliseconds. */
const pageSize = 500;
const hashes = 1_000_000;

export interface CallsWanted {
  window: Window;
  /** At most this many calls. */
  most: number;
  withPrompts: boolean;
}

export async function planCalls(
  context: Pick<QuestionContext, 'store'>,
  { window, most, withPrompts }: CallsWanted,
): Promise<CallsPlan> {
  const sliced = (size: number) => timeSlices(context, { table: 'decisions', window, most: size });
  const all = await sliced(pageSize);
  const recorded = all.reduce((sum, { rows }) => sum + rows, 0);
  // A little below the bound, so that luck alone does not cut the oldest off.
  const share = recorded <= most ? 1 : (0.98 * most) / recorded;
  const slices = share === 1 ? all : await sliced(Math.ceil(pageSize / share));
  return {
    recorded,
    expected: Math.round(recorded * share),
    async *pages() {
      let left = most;
      for (const { from, to, rows: decisions } of slices.toReversed()) {
        const parts = Math.max(1, Math.ceil((decisions * share) / (2 * pageSize)));
        for (let part = 0; part < parts && left > 0; part++) {
          const bounds = { from, to, part, parts, share: Math.ceil(share * hashes), left };
          const rows = await context.store.read<StoredCall>(callsSql(withPrompts), bounds);
          left -= rows.length;
          yield rows.map(toCall);
        }
      }
    },
  };
}

interface StoredCall {
  started_at: string;
  requested_model: string;
  task: string;
  session: string;
  app: string;
  team: string;
  environment: string;
  user: string;
  tags: Record<string, string>;
  dialect: DialectName | '';
  operation: Operation | '';
  stream: boolean;
  input_tokens: string | null;
  output_tokens: string | null;
  prompt: string;
  route: string;
  chosen_provider: string;
  chosen_model: string;
}

function callsSql(withPrompts: boolean): string {
  const sampled = `cityHash64(id) % ${hashes} < {share:UInt32} AND intDiv(cityHash64(id), ${hashes}) % {parts:UInt32} = {part:UInt32}`;
  return `SELECT toUnixTimestamp64Milli(decided.ts) AS started_at, requested_model, task, session, app, team, environment, user, tags,
  dialect, operation, stream, input_tokens, output_tokens, prompt, route, chosen_provider, chosen_model
FROM (SELECT id, ts, requested_model, task, session, route, chosen_provider, chosen_model FROM {db:Identifier}.decisions
  WHERE ${insideWindow} AND ${sampled} LIMIT {left:UInt32}) AS decided
GLOBAL ANY LEFT JOIN (SELECT id, app, team, environment, user, tags, dialect, operation, stream, input_tokens, output_tokens,
    ${withPrompts ? 'request_preview' : "''"} AS prompt
  FROM {db:Identifier}.exchanges WHERE ${insideWindow} AND ${sampled}) AS called USING (id)`;
}

function toCall(row: StoredCall): RecordedCall {
  const { task, session, app, team, environment, user, tags, stream, prompt, route } = row;
  return {
    ...{ task, session, app, team, environment, user, tags, stream, prompt, route },
    at: Number(row.started_at),
    requestedModel: row.requested_model,
    dialect: row.dialect || 'other',
    operation: row.operation || 'other',
    inputTokens: row.input_tokens === null ? null : Number(row.input_tokens),
    outputTokens: row.output_tokens === null ? null : Number(row.output_tokens),
    chosen: row.chosen_provider === '' ? null : { provider: row.chosen_provider, model: row.chosen_model },
  };
}
