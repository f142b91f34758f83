// Looking at JSON as a strict reader of protocol buffers does: a name it does not know is an error.

// biome-ignore lint/suspicious/noExplicitAny: bodies are looked at as loosely as can be, to be judged strictly
export type Loose = any;

export interface Checked {
  body: Record<string, Loose>;
  /** 2.5 for gemini-2.5-flash; 0 for what is no Gemini. */
  generation: number;
  problems: string[];
}

export const isObject = (value: Loose): value is Record<string, Loose> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function unknownFields(value: Loose, known: string[], where: string, problems: string[]): void {
  if (!isObject(value)) problems.push(`${where} is no object`);
  else
    for (const name of Object.keys(value))
      if (!known.includes(name)) problems.push(`unknown name "${name}" at ${where}`);
}
