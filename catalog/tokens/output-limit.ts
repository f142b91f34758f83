// The most that an answer may have, as the request limits it, of all its choices together. Null: it sets no limit.

const names = [
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'maxOutputTokens',
  'maxTokens',
  'num_predict',
];
const nested = ['generationConfig', 'generation_config', 'inferenceConfig', 'options'];

/** `field`: the value of a field of the top level; undefined where it has none. */
export function outputLimit(field: (name: string) => unknown): number | null {
  const found = limitIn(field);
  const choices = field('n');
  return found === null ? null : found * (typeof choices === 'number' && choices >= 1 ? Math.floor(choices) : 1);
}

function limitIn(field: (name: string) => unknown): number | null {
  for (const name of names) {
    const value = field(name);
    if (typeof value === 'number' && value > 0) return Math.floor(value);
  }
  for (const name of nested) {
    const value = field(name);
    if (value === null || typeof value !== 'object') continue;
    const inner = limitIn((one) => (nested.includes(one) ? undefined : (value as Record<string, unknown>)[one]));
    if (inner !== null) return inner;
  }
  return null;
}
