// For answers that say nothing to record but an error: token counts (counting is free, so it is no usage), lists of models,
// and every format nobody here can read.
import { unknownUsage } from '../../../contract/usage.ts';
import type { DialectName } from '../../../contract/words.ts';
import type { AnswerReader } from '../dialect.ts';
import { parseObject } from './json-reading.ts';
import { type ReadError, readError } from './read-error.ts';

/** A bare `{message}` counts as an error only where the dialect is known not to use it for anything else. */
export function silentReader(dialect: DialectName): AnswerReader {
  let error: ReadError | null = null;
  const read = (json: unknown): void => {
    error ??= readError(json);
  };
  return {
    event(event) {
      const data = parseObject(event.data);
      if (data !== null && (event.name === 'error' || dialect !== 'other' || 'error' in data)) read(data);
      return false;
    },
    whole: read,
    reading: () => ({
      answer: null,
      finish: null,
      usage: unknownUsage,
      billed: null,
      responseModel: '',
      responseId: '',
      reportedCost: null,
      error,
    }),
  };
}
