// OpenAI's published description of its API as a judge of what we write, loosened as it must be: raw, it rejects what OpenAI
// itself sends. Optional fields may be null, "one of" is "any of" (several of the alternatives overlap), discriminators go.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readSharedJson } from '../observe/recordings.ts';

type Json = Record<string, unknown>;

/** What is wrong with a value by the schema of that name, such as CreateChatCompletionRequest. */
export type SchemaJudge = (schema: string, value: unknown) => string[];

/** Null, after saying so loudly, where the description does not lie beside the repository. */
export function openaiSchemaJudge(): SchemaJudge | null {
  const description = readSharedJson('openai-openapi.json') as Json | null;
  if (description === null) return null;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false, logger: false });
  ajv.addSchema({ components: loosened(description.components) as Json }, 'openai');
  return (schema, value) => {
    const reference = `openai#/components/schemas/${schema}`;
    const validate = ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath || 'body'} ${message} ${JSON.stringify(params)}`;
    });
  };
}

function loosened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(loosened);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, loosened(inner)])) as Json;
  if (Array.isArray(schema.oneOf) && schema.anyOf === undefined) {
    schema.anyOf = schema.oneOf;
    delete schema.oneOf;
  }
  if (typeof schema.discriminator === 'object') delete schema.discriminator;
  if (isObject(schema.properties) && !isObject(schema.properties.properties)) {
    const required = Array.isArray(schema.required) ? schema.required : [];
    for (const [name, property] of Object.entries(schema.properties)) {
      if (!required.includes(name)) schema.properties[name] = orNull(property);
    }
  }
  // The older way of saying it, which the description still uses.
  if (schema.nullable !== true) return schema;
  delete schema.nullable;
  return orNull(schema);
}

const orNull = (schema: unknown): Json => ({ anyOf: [schema, { type: 'null' }] });
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
