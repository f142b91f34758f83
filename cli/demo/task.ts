// A task: one thing that one app asks of models, with prompts, answers and where it usually goes. The traffic asks by it,
// the simulated providers recognise it by its instructions and answer in kind.
import type { Random } from './random.ts';

export interface TaskTool {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: { type: 'object'; properties: Record<string, { type: string; description: string }>; required: string[] };
  /** The arguments a model would choose for this prompt. */
  arguments(prompt: string, random: Random): Record<string, unknown>;
  /** What the app finds and sends back. */
  result(parameters: Record<string, unknown>, random: Random): Record<string, unknown>;
}

export interface Task {
  /** As in x-sightline-task. */
  name: string;
  app: string;
  team: string;
  /** How often it happens beside the other tasks. */
  weight: number;
  /** Office hours, around the clock, or a nightly batch. */
  hours: 'office' | 'always' | 'night';
  /** Where it goes: model and share. */
  models: readonly (readonly [string, number])[];
  /** Share of calls that stream. */
  streamed: number;
  /** The fixed part of the prompt; its first line is unlike any other task's. */
  instructions: string;
  maxTokens: number;
  tool?: TaskTool;
  /** A user asks again in the same session with this chance. */
  followUp: number;
  prompt(random: Random): string;
  followUpPrompt(random: Random): string;
  answer(prompt: string, random: Random): string;
  /** What the model thinks before answering, where it shows it. */
  reasoning(random: Random): string;
}
