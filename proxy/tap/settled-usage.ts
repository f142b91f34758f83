// Which token counts stand in the record: the provider's where it gave final ones, an estimate where content was exchanged
// without, and nothing where neither can be told.
import { estimateTokenCount } from 'tokenx';
import { countedIn } from '../../catalog/counted.ts';
import type { Answer } from '../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../contract/usage.ts';
import type { Operation, UsageSource } from '../../contract/words.ts';
import type { Observed } from '../observe/observation.ts';

export interface UsageQuestion {
  operation: Operation;
  observed: Observed;
  /** All text of the request; null when the request was cut or could not be read. */
  requestText(): string | null;
  /** Nothing of the answer was left out by us. */
  answerWhole: boolean;
  succeeded: boolean;
}

export interface SettledUsage {
  usage: Usage;
  usageSource: UsageSource | null;
}

const generating = new Set<Operation>(['chat', 'text_completion', 'generate_content']);
const unknown: SettledUsage = { usage: unknownUsage, usageSource: null };

export function settledUsage(question: UsageQuestion): SettledUsage {
  const { observed, answerWhole } = question;
  const { usage } = observed;
  // A transcription may be counted in seconds alone, a scanned document in pages.
  if (Object.keys(countedIn(usage.raw)).length > 0) return { usage, usageSource: 'reported' };
  if (sum(usage) === null && usage.total === null) return answerWhole ? estimated(question) : unknown;
  // Anthropic and Gemini report along the way; until the model says why it stopped, the output count is not the last word.
  const final = !observed.stream || observed.terminal || observed.finish !== null;
  if (final || !answerWhole || !observed.answer) return { usage, usageSource: 'reported' };
  const outputText = Math.max(usage.outputText ?? 0, tokensOf(spoken(observed.answer)));
  const grown = { ...usage, outputText };
  return { usage: { ...grown, total: sum(grown) }, usageSource: 'estimated' };
}

function estimated({ operation, observed, requestText, succeeded }: UsageQuestion): SettledUsage {
  const answered = observed.answer ? spoken(observed.answer) : '';
  const reasoned = observed.answer?.reasoning ?? '';
  const billed = generating.has(operation) ? answered + reasoned !== '' : operation === 'embeddings' && succeeded;
  const asked = billed ? requestText() : null;
  if (asked === null) return unknown;
  const usage: Usage = {
    ...unknownUsage,
    inputUncached: tokensOf(asked),
    outputText: generating.has(operation) ? tokensOf(answered) : null,
    outputReasoning: reasoned === '' ? null : tokensOf(reasoned),
  };
  return { usage: { ...usage, total: sum(usage) }, usageSource: 'estimated' };
}

/** What the model was heard to say, but for its reasoning. */
function spoken({ text, refusal, toolCalls, alternatives }: Answer): string {
  const calls = toolCalls.map((call) => `${call.name} ${call.arguments}`);
  return [text, refusal, ...calls, ...alternatives].filter((part) => part !== '').join('\n');
}

const tokensOf = (text: string): number => Math.ceil(estimateTokenCount(text));

/** Of the buckets that are known; null when none is. */
function sum({ total: _total, raw: _raw, ...buckets }: Usage): number | null {
  const known = Object.values(buckets).filter((tokens) => tokens !== null);
  return known.length === 0 ? null : known.reduce((all, tokens) => all + tokens, 0);
}
