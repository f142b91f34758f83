// The store over the embedded engine.
import { createStore } from '../../clickhouse/create-store.ts';
import { retentionDays } from './records.ts';
import { claimsOfAStore } from './store-claims.ts';

claimsOfAStore((dataDirectory) =>
  createStore({
    configuration: { url: '', cluster: '', database: 'sightline' },
    dataDirectory,
    retentionDays,
    onProblem: (message) => {
      throw new Error(message);
    },
  }),
);
