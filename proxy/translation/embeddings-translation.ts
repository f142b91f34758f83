// Vectors on their way from another provider's format to OpenAI's: the body comes whole and leaves whole.
import type { Usage } from '../../contract/usage.ts';
import type { EmbeddingsDialect, NeutralEmbeddings, NeutralEmbeddingsRequest } from '../dialects/neutral/embeddings.ts';
import type { NeutralError } from '../dialects/neutral/error.ts';
import { neutralError } from '../dialects/neutral/read-error.ts';
import { writeEmbeddingsAnswer } from '../dialects/openai-embeddings/answer-writer.ts';
import type { Conversion } from './conversion.ts';

export interface EmbeddingsTranslationOptions {
  dialect: EmbeddingsDialect;
  request: NeutralEmbeddingsRequest;
  /** Dollars; null when nobody knows. `model` as the answer calls it, or ''. */
  costOf(usage: Usage, model: string): number | null;
}

export class EmbeddingsTranslation implements Conversion {
  readonly streams = false;
  readonly #options: EmbeddingsTranslationOptions;
  #parts: Buffer[] = [];
  #answer: NeutralEmbeddings | null = null;
  #error: NeutralError | null = null;

  constructor(options: EmbeddingsTranslationOptions) {
    this.#options = options;
  }

  get sawContent(): boolean {
    return this.#answer !== null;
  }

  get complete(): boolean {
    return this.#answer !== null;
  }

  get error(): NeutralError | null {
    return this.#error;
  }

  push(bytes: Buffer): string {
    this.#parts.push(Buffer.from(bytes));
    return '';
  }

  end(): string {
    try {
      const json: unknown = JSON.parse(Buffer.concat(this.#parts).toString());
      this.#answer = this.#options.dialect.readAnswer(json);
      if (!this.#answer) this.#error = neutralError(json, null);
    } catch {
      // No JSON at all: incomplete, and whoever drives this says so.
    }
    return '';
  }

  whole(): Record<string, unknown> {
    const { request, costOf } = this.#options;
    const answer = this.#answer as NeutralEmbeddings;
    return writeEmbeddingsAnswer(answer, request, costOf(answer.usage, answer.model));
  }
}
