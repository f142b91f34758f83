// A Lua script for Redis: known by the SHA-1 of its text, so that the text travels only when a server does not have it yet.
import { createHash } from 'node:crypto';

export interface Script {
  readonly text: string;
  readonly sha1: string;
  /** The texts that it answers are read as Buffers. */
  readonly binary: boolean;
}

export const redisScript = (text: string, { binary = false } = {}): Script => ({
  text,
  sha1: createHash('sha1').update(text).digest('hex'),
  binary,
});
