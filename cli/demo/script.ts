// Decides what a simulated model will say to one request and how fast, before any dialect puts it into its own words.
import { estimateTokenCount } from 'tokenx';
import { drawFault, type Fault } from './fault.ts';
import type { ModelProfile } from './models.ts';
import { drawPace, type Pace } from './pace.ts';
import type { Random } from './random.ts';
import { taskOfInstructions } from './tasks/all.ts';

/** What a request asks, the same for every dialect. */
export interface Ask {
  instructions: string;
  lastUser: string;
  /** All text that the model reads, tools included: what input tokens are counted from. */
  all: string;
  toolNames: readonly string[];
  /** The last message is the result of a tool. */
  answersTool: boolean;
  maxTokens: number | null;
}

export interface Script {
  text: string;
  reasoning: string;
  toolCall: { name: string; arguments: string } | null;
  finish: 'stop' | 'length' | 'tool' | 'refused';
  inputTokens: number;
  /** Tokens of the instructions: the part that a prompt cache can keep. */
  prefixTokens: number;
  /** Visible tokens, tool call included. */
  outputTokens: number;
  reasoningTokens: number;
  pace: Pace;
  fault: Fault;
}

export interface ScriptOptions {
  ask: Ask;
  profile: ModelProfile;
  random: Random;
  /** Multiplies the error rates; 0: nothing goes wrong. */
  severity: number;
}

const refusalShare = 0.006;

/** The whole answer, decided at once. Equal options (and an equal state of `random`) give an equal script. */
export function writeScript({ ask, profile, random, severity }: ScriptOptions): Script {
  const task = taskOfInstructions(ask.instructions);
  const fault = drawFault(profile, random, severity);
  const pace = drawPace(profile, random);
  const tool = task?.tool;
  const callsTool = tool && !ask.answersTool && ask.toolNames.includes(tool.name) && random.chance(0.7);
  const toolCall = callsTool
    ? { name: tool.name, arguments: JSON.stringify(tool.arguments(ask.lastUser, random)) }
    : null;
  const refused = toolCall === null && random.chance(refusalShare * severity);
  const full = task?.answer(ask.lastUser, random) ?? strangerAnswer(ask.lastUser);
  const { text, cut } = cutTo(toolCall || refused ? '' : full, ask.maxTokens);
  const reasons = profile.reasoningTokens > 0;
  return {
    text,
    reasoning: reasons ? (task?.reasoning(random) ?? 'A stranger asks. I say plainly that this is simulated.') : '',
    toolCall,
    finish: toolCall ? 'tool' : refused ? 'refused' : cut ? 'length' : 'stop',
    inputTokens: 4 + estimateTokenCount(ask.all),
    prefixTokens: estimateTokenCount(ask.instructions),
    outputTokens: Math.max(1, estimateTokenCount(toolCall ? toolCall.name + toolCall.arguments : text)),
    reasoningTokens: reasons ? Math.round(random.logNormal(profile.reasoningTokens, 0.4)) : 0,
    pace,
    fault,
  };
}

/** The pieces in which a text is streamed, a few words at most in each; joined they are the text again. */
export function piecesOf(text: string, random: Random, mostWords = 3): string[] {
  const words = text.match(/\s*\S{1,14}|\s+/g) ?? [];
  const pieces: string[] = [];
  for (let at = 0; at < words.length; ) {
    const size = random.integer(1, mostWords);
    pieces.push(words.slice(at, at + size).join(''));
    at += size;
  }
  return pieces;
}

function strangerAnswer(prompt: string): string {
  const shown = prompt.trim().slice(0, 60);
  return `This answer is simulated: no model was asked. You wrote${shown ? ` “${shown}”` : ' nothing'}. The wire format, latencies and token counts are like the real ones, so what you see in the dashboard is what you would see with your own provider.`;
}

function cutTo(text: string, maxTokens: number | null): { text: string; cut: boolean } {
  if (maxTokens === null || estimateTokenCount(text) <= maxTokens) return { text, cut: false };
  const words = text.match(/\s*\S+|\s+/g) ?? [];
  const kept: string[] = [];
  let tokens = 0;
  for (const word of words) {
    tokens += estimateTokenCount(word);
    if (tokens > maxTokens) break;
    kept.push(word);
  }
  return { text: kept.join(''), cut: true };
}
