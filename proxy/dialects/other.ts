// Traffic whose bodies nobody here can read: it passes, and of its answers only an error message is understood.
import type { Dialect } from './dialect.ts';
import { openaiErrorBody } from './openai/errors.ts';
import { silentReader } from './reading/silent-reader.ts';

export const other: Dialect = {
  name: 'other',
  reader: () => silentReader('other'),
  isTerminal: (event) => event.data.trim() === '[DONE]',
  errorBody: openaiErrorBody,
  errorEvent: (error) => `event: error\ndata: ${openaiErrorBody(error)}\n\n`,
  requestText: () => ({ lastUser: '', all: '' }),
};
