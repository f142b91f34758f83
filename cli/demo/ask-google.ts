// Asks through the official Google GenAI SDK.
import type { Content, GoogleGenAI, Part } from '@google/genai';
import { type AskModel, createCollector, type Message, type ToolCall } from './conversation.ts';

export function askGemini(client: GoogleGenAI): AskModel {
  return async (turn) => {
    // The SDK has no other way to hang up than its own signal.
    const hangUp = new AbortController();
    const request = {
      model: turn.model,
      contents: turn.messages.map(geminiContent),
      config: {
        systemInstruction: turn.task.instructions,
        maxOutputTokens: turn.task.maxTokens,
        httpOptions: { headers: turn.headers },
        abortSignal: AbortSignal.any([turn.signal, hangUp.signal]),
        ...(turn.model.includes('pro') ? { thinkingConfig: { includeThoughts: true } } : {}),
        ...(turn.tool
          ? {
              tools: [
                {
                  functionDeclarations: [
                    {
                      name: turn.tool.name,
                      description: turn.tool.description,
                      parametersJsonSchema: turn.tool.parameters,
                    },
                  ],
                },
              ],
            }
          : {}),
      },
    };
    if (!turn.stream) {
      const { candidates } = await client.models.generateContent(request);
      const parts = candidates?.[0]?.content?.parts ?? [];
      return { text: parts.map(visible).join(''), toolCall: callIn(parts) };
    }
    const collector = createCollector(turn.hangUpAfter);
    let call: ToolCall | null = null;
    for await (const { candidates } of await client.models.generateContentStream(request)) {
      const parts = candidates?.[0]?.content?.parts ?? [];
      call ??= callIn(parts);
      if (collector.add(parts.map(visible).join(''))) continue;
      hangUp.abort();
      break;
    }
    return { text: collector.text(), toolCall: call };
  };
}

const visible = (part: Part): string => (part.thought ? '' : (part.text ?? ''));

function callIn(parts: Part[]): ToolCall | null {
  const part = parts.find(({ functionCall }) => functionCall);
  if (!part?.functionCall) return null;
  const { name = '', args = {} } = part.functionCall;
  return { id: name, name, arguments: JSON.stringify(args), raw: part };
}

function geminiContent(message: Message): Content {
  if (message.role === 'user') return { role: 'user', parts: [{ text: message.text }] };
  if (message.role === 'assistant') return { role: 'model', parts: [{ text: message.text }] };
  if (message.role === 'call') return { role: 'model', parts: [message.call.raw as Part] };
  const response = JSON.parse(message.json) as Record<string, unknown>;
  return { role: 'user', parts: [{ functionResponse: { name: message.call.name, response } }] };
}
