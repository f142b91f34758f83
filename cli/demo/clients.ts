// The official SDKs pointed at the proxy, without retries of their own, so that one ask is one HTTP call.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { askMessages } from './ask-anthropic.ts';
import { askGemini } from './ask-google.ts';
import { askChat, askEmbedding, askResponses } from './ask-openai.ts';
import type { AskModel, Turn } from './conversation.ts';

export interface CallCounts {
  /** HTTP calls that reached the proxy's port. */
  sent: number;
  /** Calls for which nobody listened there. */
  unreached: number;
}

/** One ask for every model of the demo; `counts` is kept up to date by the SDKs' own fetch. */
export function createClients(proxyUrl: string, counts: CallCounts): AskModel {
  const fetch = countingFetch(counts);
  const common = { apiKey: 'demo', maxRetries: 0, timeout: 120_000, fetch };
  // What the user's environment may hold for their real providers must not steer or enter a demo.
  const nobody = { organization: null, project: null };
  const openai = new OpenAI({ ...common, ...nobody, baseURL: `${proxyUrl}/v1` });
  // The documentation search uses the pass-through address: /<provider>/* instead of /v1/*.
  const openaiDirect = new OpenAI({ ...common, ...nobody, baseURL: `${proxyUrl}/openai/v1` });
  const anthropic = new Anthropic({ ...common, authToken: null, baseURL: proxyUrl });
  const google = new GoogleGenAI({
    apiKey: 'demo',
    vertexai: false,
    httpOptions: { baseUrl: proxyUrl, timeout: 120_000, retryOptions: { attempts: 1 }, fetch },
  });
  const asks = {
    chat: askChat(openai),
    responses: askResponses(openai),
    embedding: askEmbedding(openaiDirect),
    messages: askMessages(anthropic),
    gemini: askGemini(google),
  };
  return (turn) => asks[surfaceOf(turn)](turn);
}

function surfaceOf({ model, task }: Turn): 'chat' | 'responses' | 'embedding' | 'messages' | 'gemini' {
  if (model.startsWith('claude-')) return 'messages';
  if (model.startsWith('gemini-')) return 'gemini';
  if (model.startsWith('text-embedding-')) return 'embedding';
  return task.name === 'review-change' || task.name === 'draft-sql' ? 'responses' : 'chat';
}

function countingFetch(counts: CallCounts): typeof globalThis.fetch {
  return async (input, init) => {
    counts.sent += 1;
    try {
      return await globalThis.fetch(input, init);
    } catch (error) {
      if (refused(error)) {
        counts.sent -= 1;
        counts.unreached += 1;
      }
      throw error;
    }
  };
}

function refused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
