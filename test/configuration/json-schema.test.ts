// The schema that editors use is a copy of the contract; a copy must be current.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { configurationJsonSchema } from '../../configuration/json-schema.ts';

const committed = path.resolve(import.meta.dirname, '../../docs/sightline.schema.json');

test('docs/sightline.schema.json is what the contract says today (`sightline config schema` writes it)', () => {
  expect(readFileSync(committed, 'utf8') === configurationJsonSchema()).toBe(true);
});

test('asks for nothing: every field may be left out', () => {
  expect(JSON.parse(configurationJsonSchema()).required).toBeUndefined();
});
