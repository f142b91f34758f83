// The redactor as records use it: a detector that fails costs the string it failed on, never the record, and is remembered.
import type { Answer } from '../../contract/answer.ts';
import type { BodyOptions, Redactor } from '../redaction/redactor.ts';

const previewCharacters = 200;
/** Enough for 200 characters after masking; the whole of a long prompt is masked once already, as the body. */
const previewScanned = 4096;

export interface RecordMasking {
  text(value: string, options?: BodyOptions): string;
  json(value: string, options?: BodyOptions): string;
  path(value: string): string;
  identity(value: string): string;
  headers(list: [string, string][]): Record<string, string>;
  preview(value: string): string;
  answer(answer: Answer, options: BodyOptions): Answer;
  /** What was masked, and whether a detector failed, since the last `begin()`. */
  counts(): Record<string, number>;
  failed(): boolean;
  begin(): void;
}

export function createRecordMasking(redactor: Redactor): RecordMasking {
  let failed = false;
  const or = <T>(fallback: T, mask: () => T): T => {
    try {
      return mask();
    } catch {
      failed = true;
      return fallback;
    }
  };
  const text = (value: string, options?: BodyOptions) =>
    value === '' ? '' : or('', () => redactor.text(value, options));
  const json = (value: string, options?: BodyOptions) =>
    value === '' ? '' : or('', () => redactor.json(value, options));
  return {
    text,
    json,
    path: (value) => or('', () => redactor.path(value)),
    identity: (value) => (value === '' ? '' : or('', () => redactor.identity(value))),
    headers: (list) => or({}, () => redactor.headers(list)),
    preview(value) {
      const masked = text(value.slice(0, previewScanned), { cut: value.length > previewScanned });
      return masked.slice(0, previewCharacters).toWellFormed();
    },
    answer: (answer, options) => ({
      text: text(answer.text, options),
      reasoning: text(answer.reasoning, options),
      refusal: text(answer.refusal, options),
      toolCalls: answer.toolCalls.map((call) => ({
        id: call.id === null ? null : text(call.id),
        name: text(call.name),
        arguments: json(call.arguments, options),
      })),
      alternatives: answer.alternatives.map((alternative) => text(alternative, options)),
    }),
    counts: () => redactor.counts(),
    failed: () => failed,
    begin() {
      failed = false;
      redactor.reset();
    },
  };
}
