// Reads answers of /chat/completions and the older /completions, streamed or whole, from OpenAI and from all who speak
// its format.
import { type Answer, emptyAnswer, type Finish } from '../../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Reading } from '../dialect.ts';
import { chatFinish } from '../openai/finish.ts';
import { openaiReportedCost, openaiUsage } from '../openai/usage.ts';
import { asArray, asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { type ReadError, readError } from '../reading/read-error.ts';
import { ToolCallAssembly } from '../reading/tool-call-assembly.ts';

interface Choice {
  text: string;
  reasoning: string;
  refusal: string;
  tools: ToolCallAssembly;
  finish: Finish | null;
}

export class OpenaiChatReader implements AnswerReader {
  readonly #choices = new Map<number, Choice>();
  #usage: Usage = unknownUsage;
  #cost: string | null = null;
  #model = '';
  #id = '';
  #error: ReadError | null = null;

  event(event: StreamEvent): boolean {
    const chunk = parseObject(event.data);
    if (chunk === null) return false;
    if (event.name === 'error') this.#error ??= readError(chunk) ?? readError({ error: chunk });
    return this.#read(chunk);
  }

  whole(json: unknown): void {
    const body = asObject(json);
    if (body !== null) this.#read(body);
    else this.#error ??= readError(json);
  }

  reading(): Reading {
    const first = [...this.#choices.keys()].sort((a, b) => a - b)[0];
    const choice = first === undefined ? null : (this.#choices.get(first) ?? null);
    return {
      answer: choice === null ? null : this.#answer(choice),
      finish: choice?.finish ?? null,
      usage: this.#usage,
      responseModel: this.#model,
      responseId: this.#id,
      reportedCost: this.#cost,
      error: this.#error,
    };
  }

  #read(body: JsonObject): boolean {
    this.#id ||= asText(body.id);
    this.#model ||= asText(body.model);
    this.#error ??= readError(body);
    // The last usage wins: DeepSeek and others send it with the finish, OpenAI in a chunk of its own, Groq in x_groq.
    const usage = asObject(body.usage) ?? asObject(asObject(body.x_groq)?.usage);
    if (usage !== null) {
      this.#usage = openaiUsage(usage);
      this.#cost = openaiReportedCost(usage) ?? this.#cost;
    }
    let spoke = false;
    objectsIn(body.choices).forEach((choice, position) => {
      const index = typeof choice.index === 'number' ? choice.index : position;
      if (this.#readChoice(this.#choice(index), choice)) spoke = true;
    });
    return spoke;
  }

  #choice(index: number): Choice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice: Choice = { text: '', reasoning: '', refusal: '', tools: new ToolCallAssembly(), finish: null };
    this.#choices.set(index, choice);
    return choice;
  }

  #readChoice(into: Choice, choice: JsonObject): boolean {
    into.finish = chatFinish(choice.finish_reason) ?? into.finish;
    // Only the older completions have nothing but `text`; Together repeats each piece there, beside the delta.
    const message = asObject(choice.delta) ?? asObject(choice.message) ?? { content: choice.text };
    const said = readContent(message.content);
    const text = said.text + asText(asObject(message.audio)?.transcript);
    const reasoning = said.reasoning + (asText(message.reasoning_content) || readReasoning(message));
    const refusal = asText(message.refusal) + said.refusal;
    into.text += text;
    into.reasoning += reasoning;
    into.refusal += refusal;
    let called = false;
    for (const fragment of objectsIn(message.tool_calls)) called = into.tools.add(fragment) || called;
    const legacy = asObject(message.function_call);
    if (legacy !== null) called = into.tools.add({ index: 0, function: legacy }) || called;
    return text !== '' || reasoning !== '' || refusal !== '' || called;
  }

  #answer(choice: Choice): Answer {
    const others = [...this.#choices.entries()].sort(([a], [b]) => a - b).map(([, other]) => other);
    return {
      ...emptyAnswer(),
      text: choice.text,
      reasoning: choice.reasoning,
      refusal: choice.refusal,
      toolCalls: choice.tools.calls(),
      alternatives: others.filter((other) => other !== choice).map((other) => other.text),
    };
  }
}

/** OpenRouter, Groq and newer vLLM say `reasoning`; OpenRouter may give `reasoning_details` alone. */
function readReasoning(message: JsonObject): string {
  if (typeof message.reasoning === 'string' && message.reasoning !== '') return message.reasoning;
  return objectsIn(message.reasoning_details)
    .map((detail) => asText(detail.text) || asText(detail.summary))
    .join('');
}

/** Content is a string, or an array of parts (Mistral: thinking parts hold text parts of their own). */
function readContent(content: unknown): { text: string; reasoning: string; refusal: string } {
  if (typeof content === 'string') return { text: content, reasoning: '', refusal: '' };
  const said = { text: '', reasoning: '', refusal: '' };
  for (const part of asArray(content)) {
    const known = asObject(part);
    if (known === null) said.text += asText(part);
    else if (known.type === 'thinking') said.reasoning += asText(known.thinking) || readContent(known.thinking).text;
    else if (known.type === 'refusal') said.refusal += asText(known.refusal);
    else said.text += asText(known.text);
  }
  return said;
}
