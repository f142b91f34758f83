// One user's session with one app: a question, perhaps a tool call, perhaps follow-ups. Each turn is one HTTP call.
import type { AskModel, Message, Turn } from './conversation.ts';
import type { Random } from './random.ts';
import type { Task } from './task.ts';

export interface Session {
  /** Makes the next call. Rejects with the SDK's error, after which the session is over. */
  next(ask: AskModel, signal: AbortSignal): Promise<void>;
  /** Milliseconds until the user (or the tool) wants the next turn; null when the session is over. */
  pause(): number | null;
}

const hangUpShare = 0.02;
const misspeltModelShare = 0.004;
const mostTurns = 7;

/** Opens a session of this task; everything about it is drawn from `random`. */
export function openSession(task: Task, user: string, random: Random): Session {
  const model = random.weighted(task.models);
  const headers = headersOf(task, user, random);
  const messages: Message[] = [{ role: 'user', text: task.prompt(random) }];
  let turns = 0;
  let pause: number | null = 0;

  const settle = (turn: Turn, reply: Awaited<ReturnType<AskModel>>) => {
    if (reply.toolCall && turn.tool) {
      const result = turn.tool.result(parsed(reply.toolCall.arguments), random);
      messages.push(
        { role: 'call', call: reply.toolCall },
        { role: 'result', call: reply.toolCall, json: JSON.stringify(result) },
      );
      pause = random.integer(40, 250);
    } else if (turns < mostTurns && turn.hangUpAfter === null && reply.text && random.chance(task.followUp)) {
      messages.push({ role: 'assistant', text: reply.text }, { role: 'user', text: task.followUpPrompt(random) });
      pause = random.logNormal(4000, 0.5);
    }
  };

  return {
    pause: () => pause,
    next: async (ask, signal) => {
      turns += 1;
      pause = null;
      const stream = random.chance(task.streamed);
      const turn: Turn = {
        task,
        model: random.chance(misspeltModelShare) ? `${model}-latest-preview` : model,
        messages: [...messages],
        tool: task.tool ?? null,
        stream,
        hangUpAfter: stream && random.chance(hangUpShare) ? random.integer(2, 6) : null,
        headers,
        signal,
      };
      settle(turn, await ask(turn));
    },
  };
}

function headersOf(task: Task, user: string, random: Random): Record<string, string> {
  return {
    'x-sightline-app': task.app,
    'x-sightline-team': task.team,
    'x-sightline-task': task.name,
    'x-sightline-environment': random.weighted([
      ['production', 9],
      ['staging', 1],
    ]),
    'x-sightline-user': user,
    'x-sightline-session': `s-${random.hex(10)}`,
  };
}

function parsed(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {};
  }
}
