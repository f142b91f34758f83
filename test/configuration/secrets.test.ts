// What may be shown of a value that holds a secret.
import { expect, test } from 'vitest';
import { masked } from '../../configuration/secrets.ts';

test.each([
  ['providers.openai.apiKey', 'sk-1', '***'],
  ['providers.openai.headers.x-team', 'blue', '***'],
  ['collector.accessKey', 'open', '***'],
  ['recording.ingestKey', '', ''],
  ['providers.openai.apiKey', 'env:OPENAI_API_KEY', 'env:OPENAI_API_KEY'],
  ['clickhouse.url', 'http://u:p@db:8123', 'http://***@db:8123'],
  ['redis.url', 'rediss://:p@cache:6379/2', 'rediss://***@cache:6379/2'],
  ['proxy.port', 4141, '4141'],
])('%s holding %j shows as %s', (path, value, shown) => {
  expect(masked(path, value)).toBe(shown);
});
