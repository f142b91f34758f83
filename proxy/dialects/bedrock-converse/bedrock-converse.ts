// The dialect bedrock-converse.
import type { Dialect } from '../dialect.ts';
import { silentReader } from '../reading/silent-reader.ts';

export const bedrockConverse: Dialect = {
  name: 'bedrock-converse',
  reader: () => silentReader('bedrock-converse'),
  isTerminal: () => false,
  errorBody: (error) => JSON.stringify({ message: error.message }),
  errorEvent: (error) => JSON.stringify({ message: error.message }),
  requestText: () => ({ lastUser: '', all: '' }),
};
