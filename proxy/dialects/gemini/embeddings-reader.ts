// Reads answers of embedContent and batchEmbedContents: usage alone, vectors are never part of an answer.
import type { Reading } from '../dialect.ts';
import { GeminiReader } from './answer-reader.ts';

export class GeminiEmbeddingsReader extends GeminiReader {
  override reading(): Reading {
    return { ...super.reading(), answer: null, finish: null };
  }
}
