// A store that keeps what it is given in memory, by ClickHouse's rules: a token goes in once, and a line it cannot read
// fails the whole file. Fails on command.
import { readFile } from 'node:fs/promises';
import type { Store } from '../../clickhouse/store.ts';
import { StoreError } from '../../clickhouse/store-error.ts';

export interface MemoryStore extends Pick<Store, 'insertSegment'> {
  readonly lines: string[];
  readonly tokens: string[];
  /** Asked before each insert; an error it returns is thrown, before or after the rows went in. */
  fault: (token: string) => { error: Error; committed: boolean } | null;
  /** Lets inserts wait until the function that comes back is called. */
  hold(): () => void;
}

export function createMemoryStore(
  isPoison: (line: string) => boolean = (line) => line.includes('POISON'),
): MemoryStore {
  const lines: string[] = [];
  const tokens: string[] = [];
  let open = Promise.resolve();
  return {
    lines,
    tokens,
    fault: () => null,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      open = promise;
      return resolve;
    },
    async insertSegment(token, file) {
      await open;
      const content = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
      const fault = this.fault(token);
      if (fault && !fault.committed) throw fault.error;
      if (content.some(isPoison)) throw new StoreError('poison', 'cannot parse', { code: '27' });
      if (!tokens.includes(token)) {
        tokens.push(token);
        lines.push(...content);
      }
      if (fault) throw fault.error;
    },
  };
}

export const unavailable = (): StoreError => new StoreError('unavailable', 'nobody answered');
export const refusedByEngine = (): StoreError => new StoreError('unavailable', 'memory limit', { code: '241' });
