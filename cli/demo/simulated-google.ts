// A simulated Google Gemini: generateContent, its stream and token counting, on /v1 and /v1beta (recorded shapes;
// ai.google.dev/api). The stream has CRLF line ends and no terminal event: its last chunk carries a finishReason.
import { estimateTokenCount } from 'tokenx';
import { blockedPrompt, contentChunks, readGeminiAsk, wholeContent } from './google-content.ts';
import { googleModels } from './models.ts';
import { createPromptCache } from './prompt-cache.ts';
import { type Script, writeScript } from './script.ts';
import {
  type SimulatedAnswer,
  type SimulatedCall,
  type SimulatedServer,
  type SimulationOptions,
  startSimulatedServer,
} from './simulated-server.ts';

const modelPath = /^\/v1(?:beta)?\/models\/([^/:]+):(\w+)$/;

const headers = {
  vary: 'Origin, X-Origin, Referer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'x-xss-protection': '0',
};

/** Starts it. Base URL for SDKs: `<url>`. Takes any key, as x-goog-api-key or `?key=`. */
export function startSimulatedGoogle(options: SimulationOptions): Promise<SimulatedServer> {
  const cache = createPromptCache({ now: options.now, granularity: 1 });
  return startSimulatedServer(options, (call) => {
    if (!call.header('x-goog-api-key') && !call.query.get('key')) {
      return failure(403, 'PERMISSION_DENIED', 'Method doesn’t allow unregistered callers. Please use API Key.');
    }
    const [, name = '', method = ''] = modelPath.exec(call.path) ?? [];
    const profile = googleModels.find((model) => model.name === name);
    if (!profile) {
      return failure(
        404,
        'NOT_FOUND',
        `models/${name} is not found for API version v1, or is not supported for ${method}.`,
      );
    }
    const body = call.json ?? {};
    const ask = readGeminiAsk(body);
    if (method === 'countTokens') return whole({ totalTokens: 1 + estimateTokenCount(ask.all) }, 60);
    if (!['generateContent', 'streamGenerateContent'].includes(method)) {
      return failure(404, 'NOT_FOUND', `Method ${method} is not known.`);
    }
    const script = writeScript({ ask, profile, random: call.random, severity: options.severity });
    const cachedTokens = cache.touch(profile.name, ask.instructions, script.prefixTokens).read;
    const content = { body, script, cachedTokens, model: profile.answersAs, random: call.random };
    if (script.fault === 'rate-limited') return exhausted(call);
    if (script.fault === 'overloaded') {
      return failure(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.');
    }
    if (script.finish === 'refused') return blocked(method, blockedPrompt(content));
    if (method === 'generateContent') return whole(wholeContent(content), totalMs(script));
    return streamed(call, contentChunks(content), script);
  });
}

const totalMs = ({ pace, outputTokens, reasoningTokens }: Script): number =>
  pace.firstTokenMs + (outputTokens + reasoningTokens) * pace.msPerToken;

function streamed(
  call: SimulatedCall,
  chunks: { json: unknown; tokens: number }[],
  { pace, fault, reasoningTokens }: Script,
): SimulatedAnswer {
  const broken = fault === 'breaks-off';
  const kept = broken ? chunks.slice(0, Math.ceil(chunks.length / 2)) : chunks;
  const events = call.query.get('alt') === 'sse';
  // Without alt=sse the stream is one JSON array that grows.
  const bytes = (json: unknown, index: number) =>
    events ? `data: ${JSON.stringify(json)}\r\n\r\n` : `${index === 0 ? '[' : ',\r\n'}${JSON.stringify(json)}`;
  const pieces = kept.map(({ json, tokens }, index) => ({ bytes: bytes(json, index), tokens }));
  if (!events && !broken) pieces.push({ bytes: ']', tokens: 0 });
  return {
    status: 200,
    headers: {
      ...headers,
      'content-disposition': 'attachment',
      'content-type': events ? 'text/event-stream' : 'application/json; charset=UTF-8',
    },
    headAfterMs: pace.firstTokenMs * 0.9,
    bodyAfterMs: pace.firstTokenMs * 0.1 + reasoningTokens * pace.msPerToken,
    body: pieces,
    msPerToken: pace.msPerToken,
    end: broken ? 'reset' : 'clean',
  };
}

/** A blocked prompt is a 200 without candidates, in the stream as in the whole answer. */
function blocked(method: string, json: unknown): SimulatedAnswer {
  if (method === 'generateContent') return whole(json, 120);
  return {
    ...whole(json, 120),
    headers: { ...headers, 'content-type': 'text/event-stream' },
    body: `data: ${JSON.stringify(json)}\r\n\r\n`,
  };
}

/** Gemini says in the body, not in a header, how long to wait. */
function exhausted(call: SimulatedCall): SimulatedAnswer {
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${(1 + 20 * call.random.next()).toFixed(1)}s` },
  ];
  return failure(
    429,
    'RESOURCE_EXHAUSTED',
    'You exceeded your current quota, please check your plan and billing details.',
    details,
  );
}

function failure(code: number, status: string, message: string, details?: unknown[]): SimulatedAnswer {
  return { ...whole({ error: { code, message, status, ...(details ? { details } : {}) } }, 45), status: code };
}

function whole(json: unknown, afterMs: number): SimulatedAnswer {
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': 'application/json; charset=UTF-8',
      'server-timing': `gfet4t7; dur=${Math.round(afterMs)}`,
    },
    headAfterMs: afterMs,
    bodyAfterMs: 0,
    body: JSON.stringify(json),
    msPerToken: 0,
    end: 'clean',
  };
}
