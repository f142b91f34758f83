// GET /api/spend.csv and /api/focus.csv: files that are written while they are read from the store, at the pace at which they
// are taken.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { periodsIn } from '../../catalog/spending/period.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { WindowQuery } from '../../contract/questions/window.ts';
import type { QuestionContext } from '../questions/question.ts';
import { checkedWindow } from '../questions/windows.ts';
import { focusCsvHead, focusCsvLines } from './focus-csv.ts';
import { spendCsvHead, spendCsvLine } from './spend-csv.ts';
import { type SpendOf, spendRows } from './spend-rows.ts';

const ExportQuery = WindowQuery.extend({
  per: z.enum(['day', 'hour']).default('day').describe('length of a period, in the reporting time zone'),
});
type ExportQuery = z.infer<typeof ExportQuery>;

type LinesOf = (row: SpendOf, keyName: string) => string;

export function serveExports(app: FastifyInstance, context: QuestionContext): void {
  const periodOf = periodsIn(context.timezone);
  const schema = (summary: string) => ({
    summary,
    querystring: ExportQuery,
    response: { '4xx': Problem, '5xx': Problem },
  });
  app.get('/api/spend.csv', { schema: schema('Spend as CSV, by everything that the rollup knows') }, (request, reply) =>
    send(reply, 'spend', exported(context, request.query as ExportQuery, spendCsvHead, spendCsvLine)),
  );
  app.get('/api/focus.csv', { schema: schema('Spend as CSV with the columns of FOCUS 1.2') }, (request, reply) =>
    send(
      reply,
      'focus',
      exported(context, request.query as ExportQuery, focusCsvHead, (row, keyName) =>
        focusCsvLines(row, periodOf('month', row.from), keyName),
      ),
    ),
  );
}

async function send(reply: FastifyReply, name: string, lines: AsyncGenerator<string>): Promise<FastifyReply> {
  // The first rows are read before the head is sent, so that what is wrong with the question can still be said.
  const first = await lines.next();
  const all = (async function* () {
    if (!first.done) yield first.value;
    yield* lines;
  })();
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="sightline-${name}.csv"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(all, { objectMode: false }));
}

/** Lines are put together to some ten kilobytes: a chunk for each would cost more than its line. */
const chunkCharacters = 16_384;

async function* exported(
  context: QuestionContext,
  query: ExportQuery,
  head: string,
  linesOf: LinesOf,
): AsyncGenerator<string> {
  const names = new Map(context.keys().map(({ id, name }) => [id, name]));
  let text = head;
  for await (const row of spendRows(context, { window: checkedWindow(query), filters: query, per: query.per })) {
    text += linesOf(row, names.get(row.key_id) ?? '');
    if (text.length < chunkCharacters) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
