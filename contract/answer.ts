// What a model said, the same for every dialect and for streamed and whole answers alike.
import { z } from 'zod';
import { FinishReason } from './words.ts';

export const ToolCall = z.object({
  id: z.string().nullable(),
  name: z.string(),
  /** The arguments as JSON text, as they came; possibly cut short when the stream was. */
  arguments: z.string(),
});
export type ToolCall = z.infer<typeof ToolCall>;

export const Finish = z.object({ unified: FinishReason, raw: z.string() });
export type Finish = z.infer<typeof Finish>;

/** Choice 0 of the answer; further choices (`n` > 1) follow in `alternatives` as text alone. */
export const Answer = z.object({
  text: z.string(),
  reasoning: z.string(),
  refusal: z.string(),
  toolCalls: z.array(ToolCall),
  alternatives: z.array(z.string()),
});
export type Answer = z.infer<typeof Answer>;

export const emptyAnswer = (): Answer => ({ text: '', reasoning: '', refusal: '', toolCalls: [], alternatives: [] });
