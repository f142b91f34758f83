// Input and output tokens out of the disjoint buckets. A sum is unknown only when all its buckets are.
import type { Usage } from '../../../contract/usage.ts';

const inputs = [
  'inputUncached',
  'inputCacheRead',
  'inputCacheWrite5m',
  'inputCacheWrite1h',
  'inputAudio',
  'inputImage',
] as const;
const outputs = ['outputText', 'outputReasoning', 'outputAudio', 'outputImage'] as const;

export function usageSums(usage: Usage): { input: number | null; output: number | null } {
  const sum = (names: readonly (keyof Usage)[]) => {
    const known = names.map((name) => usage[name]).filter((tokens) => typeof tokens === 'number');
    return known.length === 0 ? null : known.reduce((total, tokens) => total + tokens, 0);
  };
  return { input: sum(inputs), output: sum(outputs) };
}
