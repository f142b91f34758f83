// With several workers one of them answers /metrics, but all of them count. The worker that was asked lets the primary
// process collect everyone's text; series get a `worker` label and each metric's header lines stand once.
import type { Cluster, Worker } from 'node:cluster';

interface Ask {
  sightline: 'ask';
  id: number;
}
interface Tell {
  sightline: 'tell';
  id: number;
  text: string;
}

interface Channel {
  send?(message: object): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

const patienceMs = 2000;
let nextId = 1;

/** The worker's two sides: answering with its own text whenever asked, and asking for everyone's. */
export function shareMetrics(channel: Channel, own: () => Promise<string>): () => Promise<string> {
  const waiting = new Map<number, (text: string) => void>();
  channel.on('message', async (message) => {
    const said = message as Ask | Tell;
    if (said?.sightline === 'ask') {
      channel.send?.({ sightline: 'tell', id: said.id, text: await own() } satisfies Tell);
    } else if (said?.sightline === 'tell') {
      waiting.get(said.id)?.(said.text);
      waiting.delete(said.id);
    }
  });
  return () =>
    new Promise((resolve) => {
      const id = nextId++;
      waiting.set(id, resolve);
      channel.send?.({ sightline: 'ask', id } satisfies Ask);
    });
}

/** In the primary: passes a question on to every worker and the merged answer back. */
export function gatherMetrics(cluster: Cluster): void {
  const pending = new Map<number, { texts: Map<number, string>; wanted: number; done: () => void }>();
  cluster.on('message', (worker: Worker, message: unknown) => {
    const told = message as Tell | Ask;
    if (told?.sightline === 'tell') {
      const round = pending.get(told.id);
      round?.texts.set(worker.id, told.text);
      if (round && round.texts.size === round.wanted) round.done();
    } else if (told?.sightline === 'ask') ask(worker, told.id);
  });

  function ask(asker: Worker, askersId: number): void {
    const id = -nextId++;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected()) as Worker[];
    const texts = new Map<number, string>();
    const timer = setTimeout(done, patienceMs);
    function done(): void {
      clearTimeout(timer);
      if (pending.delete(id)) asker.send({ sightline: 'tell', id: askersId, text: mergeMetrics(texts) } satisfies Tell);
    }
    pending.set(id, { texts, wanted: workers.length, done });
    for (const worker of workers) worker.send({ sightline: 'ask', id } satisfies Ask);
  }
}

/** Prometheus text format 0.0.4: header lines of a metric once, then its series of every worker. */
export function mergeMetrics(texts: Map<number, string>): string {
  const heads = new Map<string, string[]>();
  const series = new Map<string, string[]>();
  for (const [worker, text] of texts) {
    let metric = '';
    for (const line of text.split('\n')) {
      const head = /^# (?:HELP|TYPE) (\S+)/.exec(line);
      if (head) {
        metric = head[1] as string;
        const known = heads.get(metric) ?? [];
        if (!known.includes(line)) heads.set(metric, [...known, line]);
      } else if (line.trim()) series.set(metric, [...(series.get(metric) ?? []), labelled(line, worker)]);
    }
  }
  return [...series].map(([metric, lines]) => [...(heads.get(metric) ?? []), ...lines, ''].join('\n')).join('');
}

function labelled(line: string, worker: number): string {
  const brace = line.indexOf('{');
  if (brace >= 0) return `${line.slice(0, brace + 1)}worker="${worker}",${line.slice(brace + 1)}`;
  const space = line.indexOf(' ');
  return `${line.slice(0, space)}{worker="${worker}"}${line.slice(space)}`;
}
