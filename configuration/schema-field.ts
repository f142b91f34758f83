// Looks a path up in the configuration's schema: what may stand there. One walk serves suggestions, environment
// variables and printouts, so that a new field needs no second mention.
import type { z } from 'zod';
import { Configuration } from '../contract/configuration.ts';

export interface SchemaField {
  kind: 'object' | 'record' | 'array' | 'string' | 'number' | 'boolean' | 'other';
  /** Known keys of an object, or of a record that takes only some; empty for everything else. */
  keys: readonly string[];
  /** The sentence of the schema, or empty. */
  description: string;
}

type AnySchema = z.core.$ZodType & { description?: string };
interface Definition {
  type: string;
  innerType?: AnySchema;
  shape?: Record<string, AnySchema>;
  keyType?: AnySchema;
  valueType?: AnySchema;
  element?: AnySchema;
  entries?: Record<string, string>;
}

/** What the schema says about a path such as ['proxy', 'port'] or ['routes', 0]; null when no such field can exist. */
export function schemaField(path: readonly PropertyKey[]): SchemaField | null {
  let schema: AnySchema | undefined = Configuration;
  let description = '';
  for (const key of path) {
    const definition: Definition = unwrap(schema).definition;
    schema = definition.shape ? definition.shape[String(key)] : (definition.valueType ?? definition.element);
    if (!schema) return null;
  }
  const found = unwrap(schema);
  description = found.description;
  const { type, shape, keyType } = found.definition;
  const allowed = keyType && (keyType._zod.def as unknown as Definition).entries;
  return { kind: kindOf(type), keys: Object.keys(shape ?? allowed ?? {}), description };
}

/** Takes defaults and optionals off; keeps the first description on the way in. */
function unwrap(schema: AnySchema): { definition: Definition; description: string } {
  let current = schema;
  let description = current.description ?? '';
  for (;;) {
    const definition = current._zod.def as unknown as Definition;
    if (!definition.innerType) return { definition, description };
    current = definition.innerType;
    description ||= current.description ?? '';
  }
}

function kindOf(type: string): SchemaField['kind'] {
  const kinds: SchemaField['kind'][] = ['object', 'record', 'array', 'string', 'number', 'boolean'];
  if (type === 'enum') return 'string';
  return kinds.find((kind) => kind === type) ?? 'other';
}
