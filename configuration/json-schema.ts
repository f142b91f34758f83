// The JSON Schema that editors use, generated from the contract and committed as docs/sightline.schema.json.
import { z } from 'zod';
import { Configuration } from '../contract/configuration.ts';

/** The schema of what may be written (defaults left out), as JSON text with a line break at the end. */
export function configurationJsonSchema(): string {
  const schema = z.toJSONSchema(Configuration, { io: 'input' });
  return `${JSON.stringify({ title: 'Sightline configuration', ...schema }, null, 2)}\n`;
}
