// What a model's name says about what it takes. Generations differ: https://ai.google.dev/gemini-api/docs/gemini-3

/**
 * 2.5 for gemini-2.5-flash. An alias without a number, such as gemini-flash-latest, follows the newest model: Infinity.
 * Null for what is no Gemini: Gemma, a tuned model, an endpoint of one's own.
 */
export function generationOf(model: string): number | null {
  const name = model.slice(model.lastIndexOf('/') + 1);
  if (!name.startsWith('gemini-')) return null;
  const number = /^gemini-(\d+(?:\.\d+)?)/.exec(name)?.[1];
  if (number !== undefined) return Number(number);
  return name.endsWith('-latest') ? Number.POSITIVE_INFINITY : null;
}

/** From Gemini 3 on: signatures are asked back, levels replace thinking budgets, JSON answers go together with tools. */
export const isGemini3OrLater = (model: string): boolean => (generationOf(model) ?? 0) >= 3;
