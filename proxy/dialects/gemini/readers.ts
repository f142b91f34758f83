// The readers for the record, made of the reader of events.
import type { AnswerReader } from '../dialect.ts';
import { assembledReader } from '../neutral/assembled-reader.ts';
import { GeminiEventReader } from './event-reader.ts';

/** An image or speech stops the clock as text does. */
export function geminiReader(): AnswerReader {
  const events = new GeminiEventReader();
  const reader = assembledReader(events);
  return {
    event: (event) => reader.event(event) || events.sawMedia,
    whole: (json) => reader.whole(json),
    reading: () => reader.reading(),
  };
}

/** For embedContent and batchEmbedContents: usage alone, vectors are never part of an answer. */
export function geminiEmbeddingsReader(): AnswerReader {
  const reader = geminiReader();
  return { ...reader, reading: () => ({ ...reader.reading(), answer: null, finish: null }) };
}
