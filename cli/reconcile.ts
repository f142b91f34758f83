// `sightline reconcile INVOICE.csv`: a provider's invoice held against what was recorded, by model and day, with what is
// responsible for each difference.
import { ReconcileAnswer, type ReconcileRow } from '../contract/questions/reconcile.ts';
import { collectorFlags, collectorFlagsUsage, operating, orExplained } from './collector-api.ts';
import { type Command, readArguments, textFlag, UsageProblem } from './command.ts';
import { askLong } from './prices/ask-long.ts';
import { aligned, dollars } from './prices/columns.ts';
import { readText } from './prices/read-books.ts';

const usage = `Usage: sightline reconcile INVOICE.csv [options]

Reads exports of OpenAI (costs, usage), Anthropic (costs, usage) and FOCUS, and any table with a day, a model and an amount in
dollars. Every model and day is compared with what was recorded; where the two differ, ways of charging wrongly are tried
until one accounts for the difference.

  INVOICE.csv      what the provider sent
  --provider NAME  whose it is, where the file does not say
  --all            days on which both agree, too
${collectorFlagsUsage}

Exit code 0 when all days agree; 1 when some do not, or the collector refuses or does not answer.`;

const flags = { ...collectorFlags, provider: { type: 'string' }, all: { type: 'boolean' } } as const;

export const reconcile: Command = {
  summary: 'hold a provider’s invoice against what was recorded',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    const [file, surplus] = words;
    if (file === undefined) throw new UsageProblem('Which file holds the invoice?');
    if (surplus !== undefined) throw new UsageProblem(`"${surplus}" means nothing here.`);
    const { text } = readText(file, terminal.cwd);
    const provider = textFlag(values, 'provider');
    return orExplained(terminal, async () => {
      const query = provider === undefined ? '' : `?provider=${encodeURIComponent(provider)}`;
      const question = {
        path: `api/reconcile${query}`,
        body: text,
        contentType: 'text/csv',
        answer: ReconcileAnswer,
      } as const;
      const answer = await askLong(operating(values, terminal), { ...question, doing: 'exchanges compared' }, terminal);
      terminal.print(values.json === true ? JSON.stringify(answer) : report(answer, values.all === true));
      return answer.rows.every(({ agrees }) => agrees) ? 0 : 1;
    });
  },
};

function report(answer: ReconcileAnswer, all: boolean): string {
  const { rows, shape, lines, ignored, columns } = answer;
  const told = all ? rows : rows.filter(({ agrees }) => !agrees);
  const taken = Object.entries(columns).map(([what, header]) => `${what} = ${header}`);
  const head = ['day', 'model', 'invoice', 'recorded', 'difference', 'calls'];
  const table = told.map((row) => [
    ...[row.day, [row.provider, row.model].filter(Boolean).join('/')],
    ...[dollars(row.invoiceNanos), dollars(row.recordedNanos), dollars(row.differenceNanos), String(row.calls)],
  ]);
  const [header = '', ...body] = aligned([head, ...table], 2);
  return [
    `${shape}: ${lines} lines, ${answer.from} to ${answer.to} (${taken.join(', ')}).`,
    ...ignored.map((why) => `Left out: ${why}.`),
    '',
    ...(told.length === 0 ? [] : [header, ...told.flatMap((row, index) => [body[index] ?? '', ...reasons(row)]), '']),
    `${rows.length - rows.filter(({ agrees }) => !agrees).length} of ${rows.length} agree. ` +
      `Invoice ${dollars(answer.invoiceNanos)}, recorded ${dollars(answer.recordedNanos)}.`,
  ].join('\n');
}

function reasons({ agrees, causes, tokens, unpriced, calls }: ReconcileRow): string[] {
  if (agrees) return [];
  const told = causes.map(({ bucket, sentence, exact, leftNanos, calls: touched }) => {
    const left = exact ? '' : ` Leaves ${dollars(leftNanos)} open.`;
    return `  ${bucket}: ${sentence}${touched > 0 ? ` (${touched} of ${calls} calls)` : ''}${left}`;
  });
  const counted = tokens.map(
    ({ bucket, invoice, recorded }) => `  ${bucket}: ${invoice} on the invoice, ${recorded} recorded`,
  );
  const without = unpriced > 0 ? [`  ${unpriced} of ${calls} calls were recorded without a price.`] : [];
  return [...(told.length === 0 ? ['  Nothing that is tried accounts for it.'] : told), ...counted, ...without];
}
