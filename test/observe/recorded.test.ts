// Every recorded answer of every provider says the same to the observation as it says when read plainly, however it is cut.
import { describe, expect, test } from 'vitest';
import { addKnown, sumOfBuckets } from '../../proxy/dialects/reading/usage-buckets.ts';
import { recognise } from '../../proxy/dialects/recognise.ts';
import { createObservation } from '../../proxy/observe/create-observation.ts';
import type { Observed } from '../../proxy/observe/observation.ts';
import { createTerminalWatch } from '../../proxy/observe/terminal-watch.ts';
import { canonical, type Expectation, expectationOf } from './expectation.ts';
import { chunkings, type Recording, readRecordings, recordedFiles } from './recordings.ts';

const files = recordedFiles() ?? [];
const readable = files.filter((file) => !/^bedrock-(?:converse|invoke)|^ollama|^openai-messages/.test(file));

async function observe(recording: Recording, chunks: Buffer[]): Promise<Observed> {
  const { dialect, operation } = recognise(recording.request.method, recording.request.path.split('?')[0] as string);
  const { contentType } = recording.response;
  const observation = createObservation({
    dialect,
    operation,
    contentType,
    contentEncoding: '',
    captureBytes: 1 << 24,
  });
  for (const [index, chunk] of chunks.entries()) observation.push(chunk, index);
  return observation.finish();
}

function asExpectation(observed: Observed): Expectation {
  const { usage, answer, finish } = observed;
  return {
    text: answer?.text ?? '',
    reasoning: answer?.reasoning ?? '',
    calls: (answer?.toolCalls ?? []).map((call) => canonical(call.name, call.arguments)),
    finish: finish?.raw ?? '',
    input: addKnown(
      usage.inputUncached,
      usage.inputCacheRead,
      usage.inputCacheWrite5m,
      usage.inputCacheWrite1h,
      usage.inputAudio,
      usage.inputImage,
    ),
    output: addKnown(usage.outputText, usage.outputReasoning, usage.outputAudio, usage.outputImage),
    cached: usage.inputCacheRead,
    total: usage.total,
  };
}

describe.skipIf(files.length === 0)('a recorded answer', () => {
  test.each(readable)('of %s is read as it was written, in every chunking', async (file) => {
    let checked = 0;
    for (const recording of readRecordings(file)) {
      const expected = expectationOf(recording);
      for (const [name, cut] of Object.entries(chunkings)) {
        if (name === 'one byte' && recording.response.bytes.length > 300_000) continue;
        const observed = await observe(recording, cut(recording.response.bytes));
        if (expected) expect(asExpectation(observed), `${recording.id}, ${name}`).toEqual(expected);
        if (observed.usage.total !== null)
          expect(sumOfBuckets(observed.usage), recording.id).toBe(observed.usage.total);
        expect(observed, recording.id).toMatchObject({ decodeProblem: '', wireBytes: recording.response.bytes.length });
        expect(observed.terminal, `${recording.id} is complete`).toBe(true);
        checked++;
      }
    }
    process.stderr.write(`  ${file}: ${checked} readings agree\n`);
  });

  test.each(readable)('of %s that is an error says what the provider said, and only then', async (file) => {
    for (const recording of readRecordings(file)) {
      const observed = await observe(recording, [recording.response.bytes]);
      // Two recordings hold an error under status 200: Azure's filter, and OpenRouter's inside a stream.
      const failed =
        recording.response.status >= 400 ||
        /^data: .*"error":\{"|^\{"error"/m.test(recording.response.bytes.toString());
      expect(observed.error !== null, recording.id).toBe(failed);
      if (failed) expect(observed.error?.message, recording.id).not.toBe('');
    }
  });

  test.each(readable)('of %s that is a stream is seen to end, and never before its end', async (file) => {
    for (const recording of readRecordings(file).filter((each) => each.stream && each.response.status === 200)) {
      if (
        !recording.response.contentType.startsWith('text/event-stream') ||
        !/^(?:data|event)/m.test(recording.response.bytes.toString())
      )
        continue;
      const { dialect } = recognise(recording.request.method, recording.request.path.split('?')[0] as string);
      for (const [name, cut] of Object.entries(chunkings)) {
        const watch = createTerminalWatch(dialect);
        for (const chunk of cut(recording.response.bytes)) watch.push(chunk);
        expect(watch.sawTerminal || watch.sawError, `${recording.id}, ${name}`).toBe(true);
      }
      const { bytes } = recording.response;
      const lastEvent = chunkings['per event']?.(bytes).findLastIndex((event) => !event.includes('[DONE]')) ?? 0;
      const beforeLast =
        chunkings['per event']?.(bytes)
          .slice(0, lastEvent)
          .reduce((sum, event) => sum + event.length, 0) ?? 0;
      for (const torn of [bytes.length >> 2, beforeLast, beforeLast + 30]) {
        // OpenRouter repeats the finish reason, and sends usage after it.
        if (dialect === 'openai-chat' && torn !== bytes.length >> 2) continue;
        const cut = createTerminalWatch(dialect);
        cut.push(bytes.subarray(0, torn));
        expect(cut.sawTerminal, `the first ${torn} bytes of ${recording.id}`).toBe(false);
      }
    }
  });
});
