// Where in a request body stands what a model reads. Knows the names that the dialects use and parses nothing.

const wordFields = [
  ...['messages', 'system'], // chat, messages, Bedrock, Ollama
  ...['input', 'instructions', 'text', 'prompt', 'suffix'], // responses, embeddings, completions
  ...['contents', 'systemInstruction', 'system_instruction', 'content', 'requests'], // Gemini
  ...['message', 'chat_history', 'preamble', 'documents', 'texts', 'inputs'], // Cohere
];
const toolFields = ['tools', 'functions', 'toolConfig', 'response_format', 'output_config'];

export interface ContentRange {
  start: number;
  end: number;
}

/** Where the value of each field of the top level stands in the body. */
export interface ContentFields {
  fields: ReadonlyMap<string, ContentRange>;
}

export interface ContentRanges {
  words: ContentRange[];
  /** Schemas that providers write down in a shorter way of their own. */
  tools: ContentRange[];
}

export function contentRanges({ fields }: ContentFields): ContentRanges {
  const found = (names: string[]): ContentRange[] =>
    names.flatMap((name) => fields.get(name) ?? []).sort((one, other) => one.start - other.start);
  return { words: found(wordFields), tools: found(toolFields) };
}
