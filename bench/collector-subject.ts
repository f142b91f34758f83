// The collector as an operator runs it, over an embedded store in `data`, on a free port.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, type Subject, startSubject } from './subject.ts';

export async function startCollector(data: string): Promise<Subject> {
  const port = await freePort();
  const config = path.join(data, 'sightline.config.json');
  mkdirSync(data, { recursive: true });
  writeFileSync(config, JSON.stringify({ data, collector: { port } }));
  return startSubject({
    name: 'sightline collector',
    command: ['node', path.join(import.meta.dirname, '../collector/main.ts'), '--config', config],
    port,
    env: { TZ: 'UTC', UV_THREADPOOL_SIZE: '16' },
    readyPath: '/livez',
  });
}
