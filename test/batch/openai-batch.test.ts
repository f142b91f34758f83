// What goes into OpenAI's batches and what is read out of them, without a server.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchJob } from '../../proxy/batch/batch-api.ts';
import { openaiBatch } from '../../proxy/batch/openai-batch.ts';

const job = (body: string): BatchJob => ({ customId: 'one', body: Buffer.from(body), wire: 'openai-chat' });

const uploadedLines = (body: string): string[] => {
  const text = openaiBatch.upload(job(body))?.body?.toString() ?? '';
  const file = text.split('\r\n\r\n')[2] ?? '';
  return file.slice(0, file.indexOf('\r\n--sightline-')).split('\n');
};

describe('the file that goes up', () => {
  it('holds one line, and in it the very request', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2, '\r\n'), (json, indent) => {
        const body = JSON.stringify({ model: 'm', input: JSON.parse(json) }, null, indent);
        const lines = uploadedLines(body);
        expect([lines.length, lines[1]]).toEqual([2, '']);
        const head = { custom_id: 'one', method: 'POST', url: '/v1/chat/completions' };
        expect(JSON.parse(lines[0]!)).toEqual({ ...head, body: JSON.parse(body) });
      }),
    );
  });
});

describe('a batch', () => {
  const stageOf = (batch: object) => openaiBatch.state({ id: 'b', ...batch }).stage;

  it('is waited for until it has said how it ended', () => {
    for (const status of ['validating', 'in_progress', 'finalizing', 'cancelling'])
      expect(stageOf({ status })).toBe('waiting');
    for (const status of ['failed', 'expired', 'cancelled']) expect(stageOf({ status })).toBe('lost');
    expect(stageOf({ status: 'completed' })).toBe('ended');
  });

  it('that ran out of time is looked into where there are answers', () => {
    expect(stageOf({ status: 'expired', output_file_id: 'f' })).toBe('ended');
  });

  it('says why it failed', () => {
    const errors = { data: [{ message: 'no such model' }] };
    expect(openaiBatch.state({ id: 'b', status: 'failed', errors }).why).toBe('failed no such model');
  });
});
