// The dialect ollama-chat.
import type { Dialect } from '../dialect.ts';
import { silentReader } from '../reading/silent-reader.ts';

export const ollamaChat: Dialect = {
  name: 'ollama-chat',
  reader: () => silentReader('ollama-chat'),
  isTerminal: () => false,
  errorBody: (error) => JSON.stringify({ message: error.message }),
  errorEvent: (error) => JSON.stringify({ message: error.message }),
  requestText: () => ({ lastUser: '', all: '' }),
};
