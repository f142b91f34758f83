// Reads answers of generateContent: whole, as server-sent events, and as the JSON array that streams without alt=sse.
import { type Answer, emptyAnswer, type Finish } from '../../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Reading } from '../dialect.ts';
import { asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { type ReadError, readError } from '../reading/read-error.ts';
import { geminiFinish } from './finish.ts';
import { applyPartialArguments } from './partial-arguments.ts';
import { geminiUsage } from './usage.ts';

interface Call {
  id: string | null;
  name: string;
  arguments: JsonObject;
  open: boolean;
}

interface Candidate {
  text: string;
  reasoning: string;
  calls: Call[];
  finish: unknown;
}

export class GeminiReader implements AnswerReader {
  readonly #candidates = new Map<number, Candidate>();
  #blocked: Finish | null = null;
  #usage: Usage = unknownUsage;
  #model = '';
  #id = '';
  #error: ReadError | null = null;

  event(event: StreamEvent): boolean {
    const chunk = parseObject(event.data);
    return chunk !== null && this.#read(chunk);
  }

  whole(json: unknown): void {
    for (const chunk of Array.isArray(json) ? objectsIn(json) : [asObject(json)]) {
      if (chunk !== null) this.#read(chunk);
    }
  }

  reading(): Reading {
    const first = [...this.#candidates.entries()].sort(([a], [b]) => a - b)[0]?.[1] ?? null;
    return {
      answer: first === null ? (this.#blocked === null ? null : emptyAnswer()) : this.#answer(first),
      finish: first === null ? this.#blocked : (geminiFinish(first.finish, first.calls.length > 0) ?? this.#blocked),
      usage: this.#usage,
      responseModel: this.#model,
      responseId: this.#id,
      reportedCost: null,
      error: this.#error,
    };
  }

  #read(chunk: JsonObject): boolean {
    this.#error ??= asObject(chunk.error) === null ? null : readError(chunk);
    this.#model = asText(chunk.modelVersion) || this.#model;
    this.#id = asText(chunk.responseId) || this.#id;
    // Every chunk repeats the figures so far; early ones may hold nothing but a traffic type.
    if (asObject(chunk.usageMetadata) !== null) this.#usage = geminiUsage(chunk.usageMetadata);
    const block = asText(asObject(chunk.promptFeedback)?.blockReason);
    if (block !== '') this.#blocked = { unified: 'content_filter', raw: block };
    let spoke = false;
    objectsIn(chunk.candidates).forEach((candidate, position) => {
      const index = typeof candidate.index === 'number' ? candidate.index : position;
      if (this.#readCandidate(index, candidate)) spoke = true;
    });
    return spoke;
  }

  #readCandidate(index: number, stated: JsonObject): boolean {
    const candidate = this.#candidates.get(index) ?? { text: '', reasoning: '', calls: [], finish: null };
    this.#candidates.set(index, candidate);
    candidate.finish = stated.finishReason ?? candidate.finish;
    let spoke = false;
    for (const part of objectsIn(asObject(stated.content)?.parts)) {
      const text = asText(part.text);
      if (part.thought === true) candidate.reasoning += text;
      else candidate.text += text;
      const call = asObject(part.functionCall);
      if (call !== null) readCall(candidate.calls, call);
      if (text !== '' || call !== null || asObject(part.inlineData) !== null) spoke = true;
    }
    return spoke;
  }

  #answer(first: Candidate): Answer {
    const rest = [...this.#candidates.entries()].sort(([a], [b]) => a - b).slice(1);
    return {
      ...emptyAnswer(),
      text: first.text,
      reasoning: first.reasoning,
      toolCalls: first.calls.map(({ id, name, arguments: stated }) => ({
        id,
        name,
        arguments: JSON.stringify(stated),
      })),
      alternatives: rest.map(([, candidate]) => candidate.text),
    };
  }
}

/** A call comes whole in one part, or opens with its name, goes on in pieces without one and ends with an empty object. */
function readCall(calls: Call[], stated: JsonObject): void {
  const name = asText(stated.name);
  const last = calls.at(-1);
  const call: Call | undefined = name === '' && last?.open ? last : undefined;
  if (call === undefined) {
    if (name === '') return;
    const opened: Call = {
      id: asText(stated.id) || null,
      name,
      arguments: { ...asObject(stated.args) },
      open: stated.willContinue === true,
    };
    applyPartialArguments(opened.arguments, stated.partialArgs);
    calls.push(opened);
    return;
  }
  applyPartialArguments(call.arguments, stated.partialArgs);
  call.open = stated.willContinue === true;
}
