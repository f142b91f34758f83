import { describe, expect, it } from 'vitest';
import type { ErrorClass } from '../../contract/words.ts';
import { type Classification, classify } from '../../proxy/health/classify.ts';

const status = (value: number): Classification => classify({ network: null, status: value, errorClass: null });
const ofClass = (value: ErrorClass): Classification => classify({ network: null, status: 200, errorClass: value });
const network = (code: string): Classification => classify({ network: code, status: null, errorClass: null });
const counts = ({ verdict }: Classification): boolean => verdict === 'failure' || verdict === 'overloaded';

describe('a failure', () => {
  it.each([408, 409, 425, 500, 502, 503, 529])('with status %i may be tried again at the same target', (value) => {
    expect(status(value).action).toBe('retry same');
  });

  it.each([404, 504, 301, 302])('with status %i sends the request elsewhere', (value) => {
    expect(status(value).action).toBe('next target');
  });

  it.each([401, 402, 403])('with status %i drops the credential and says nothing about the target', (value) => {
    expect(status(value)).toEqual({ action: 'next key', verdict: 'neutral', credential: 'refused' });
  });

  it('with status 429 rests the credential and is no failure', () => {
    expect(status(429)).toEqual({ action: 'next key', verdict: 'rate_limited', credential: 'limited' });
  });

  it.each([400, 413, 415, 422, 451])('with status %i is the client’s own and given up', (value) => {
    expect(status(value)).toMatchObject({ action: 'give up', verdict: 'neutral' });
  });

  it.each([408, 500, 502, 503, 504, 529, 404])('with status %i counts against health', (value) => {
    expect(counts(status(value))).toBe(true);
  });

  it('that the dialect could read is judged by its class, whatever the status', () => {
    expect(classify({ network: null, status: 429, errorClass: 'quota' }).credential).toBe('refused');
    expect(classify({ network: null, status: 400, errorClass: 'context_length' })).toMatchObject({
      action: 'next target',
      verdict: 'neutral',
    });
    expect(ofClass('overloaded').verdict).toBe('overloaded');
    expect(ofClass('content_filter').action).toBe('give up');
  });

  it.each([
    'SIGHTLINE_UPSTREAM_REFUSED',
    'SIGHTLINE_UPSTREAM_DNS',
    'SIGHTLINE_UPSTREAM_TLS',
    'ECONNREFUSED',
    'ENOTFOUND',
  ])('of the network like %s is not met again at once', (code) =>
    expect(network(code)).toMatchObject({ action: 'next target', verdict: 'failure' }),
  );

  it.each(['SIGHTLINE_UPSTREAM_RESET', 'SIGHTLINE_UPSTREAM_INVALID', 'ECONNRESET', 'UND_ERR_SOCKET'])(
    'of the network like %s may be tried again',
    (code) => expect(network(code)).toMatchObject({ action: 'retry same', verdict: 'failure' }),
  );

  it('that is the client’s going away or our own refusal is not held against the target', () => {
    expect(network('SIGHTLINE_CLIENT_GONE')).toMatchObject({ action: 'give up', verdict: 'neutral' });
    expect(network('SIGHTLINE_KEY_MISSING')).toMatchObject({ action: 'next target', verdict: 'neutral' });
  });
});
