// `sightline estimate REQUEST.json`: what a request would take and may cost, asked of the collector and sent to nobody.
import { EstimateAnswer, type EstimatedTarget, EstimateQuestion } from '../contract/questions/estimate.ts';
import { collectorFlags, collectorFlagsUsage, operating, orExplained } from './collector-api.ts';
import { type Command, readArguments, type Terminal, textFlag, UsageProblem } from './command.ts';
import { aligned, dollars } from './prices/columns.ts';
import { readText } from './prices/read-books.ts';

const usage = `Usage: sightline estimate REQUEST.json [options]

Reads a request as an app would send it, in any dialect, and says about how many tokens it has and what it may cost at most
at each provider that is known to serve its model. Nothing is sent to a provider.

  REQUEST.json     the body of the request
  --provider NAME  at this provider alone
${collectorFlagsUsage}

Exit code 0; 1 when the collector refuses or does not answer; 2 when the arguments make no sense.`;

const flags = { ...collectorFlags, provider: { type: 'string' } } as const;

export const estimate: Command = {
  summary: 'how many tokens a request would take, and what it may cost',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    const [file, surplus] = words;
    if (file === undefined) throw new UsageProblem('Which file holds the request?');
    if (surplus !== undefined) throw new UsageProblem(`"${surplus}" means nothing here.`);
    const body = { ...readRequest(file, terminal), ...provided(textFlag(values, 'provider')) };
    return orExplained(terminal, async () => {
      const { api } = operating(values, terminal);
      const answer = await api.ask({ method: 'POST', path: 'api/estimate', body }, EstimateAnswer);
      terminal.print(values.json === true ? JSON.stringify(answer) : report(answer));
      return 0;
    });
  },
};

const provided = (provider: string | undefined): object => (provider === undefined ? {} : { provider });

function readRequest(file: string, { cwd }: Terminal): EstimateQuestion {
  const { text } = readText(file, cwd);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageProblem(`${file} is not JSON: ${(error as Error).message}.`);
  }
  const read = EstimateQuestion.safeParse(json);
  if (!read.success) throw new UsageProblem(`${file} is no request: it needs a "model", as it would be sent.`);
  return read.data;
}

function report({ byTarget, explanation }: EstimateAnswer): string {
  const rows = byTarget.map((target) => [
    `${target.provider}/${target.model}`,
    ...[said(target.inputTokens), said(target.outputTokens), costOf(target)],
    target.samples > 0 ? `${target.ratio} (${target.samples} calls)` : 'not learned yet',
  ]);
  const table = aligned([['target', 'input tokens', 'up to output', 'may cost', 'ratio'], ...rows]).join('\n');
  return `${rows.length > 0 ? `${table}\n\n` : ''}${explanation}`;
}

const said = (tokens: number | null): string => (tokens === null ? 'unknown' : String(tokens));
const costOf = ({ costNanos }: EstimatedTarget): string => (costNanos === null ? 'unknown' : dollars(costNanos));
