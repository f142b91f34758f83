// Keeps a few child processes running: starts them, waits until they answer, starts again what dies, and ends them one
// after the other in reverse order, so that who delivers (the proxy) stops before who receives (the collector).
import { type ChildProcess, spawn } from 'node:child_process';

export interface SupervisedChild {
  name: string;
  /** Program and arguments. */
  command: string[];
  /** The whole environment of the child. */
  env: Record<string, string | undefined>;
  /** Answers below 400 once the child is ready. */
  readyUrl: string;
  /**
   * The others go on without it: instead of being given up it is tried again every minute, and `ready` and `ended` do
   * not depend on it. The collector is such a child of `start`: apps are served and records wait on disk without it.
   */
  optional?: boolean;
}

export interface SuperviseOptions {
  /** In the order of their dependence: each may need those before it, and is stopped before them. All start at once. */
  children: readonly SupervisedChild[];
  /** One line of a child's output, prefixed with its name, or a sentence about it. */
  log(line: string): void;
  /** How long a child may take to end after SIGTERM before it is killed, in milliseconds. */
  graceMs: number;
  /** Wait before the first restart; it doubles each time, up to thirty times as long. */
  backoffMs?: number;
  /** Restarts within a minute after which a child is given up. */
  restartLimit?: number;
}

export interface Supervisor {
  /**
   * Resolves when all answer, with the names of optional children that do not and are in trouble; rejects when one that
   * is not optional is given up before that.
   */
  ready: Promise<string[]>;
  /** Resolves with the reason when a child that is not optional has been given up, or after stop(). Never rejects. */
  ended: Promise<string>;
  /** Ends all children, in reverse order. May be called more than once. */
  stop(): Promise<void>;
}

/** A child that ends with this code has said why, and would say the same again: a bad setting, a port in use. */
const HOPELESS = 2;
const MINUTE = 60_000;

interface Watched {
  child: SupervisedChild;
  process: ChildProcess | null;
  exited: Promise<void>;
  restarts: number[];
  givenUp: string | null;
  wasReady: boolean;
  timer?: NodeJS.Timeout;
}

export function supervise(options: SuperviseOptions): Supervisor {
  const { children, log, backoffMs = 250, restartLimit = 8 } = options;
  let stopping: Promise<void> | null = null;
  const over = Promise.withResolvers<string>();
  const watched = children.map(
    (child): Watched => ({
      child,
      process: null,
      exited: Promise.resolve(),
      restarts: [],
      givenUp: null,
      wasReady: false,
    }),
  );

  const launch = (one: Watched): void => {
    const { promise, resolve } = Promise.withResolvers<void>();
    one.exited = promise;
    one.process = start(one.child, log, (how, code) => {
      one.process = null;
      resolve();
      if (!stopping) recover(one, how, code);
    });
  };

  const recover = (one: Watched, how: string, code: number | null): void => {
    const now = performance.now();
    one.restarts = [...one.restarts.filter((at) => now - at < MINUTE), now];
    const { name } = one.child;
    const hopeless = code === HOPELESS || one.restarts.length > restartLimit;
    if (hopeless) {
      const times = code === HOPELESS ? '' : ` ${one.restarts.length} times within a minute`;
      one.givenUp = `the ${name} ${how}${times}`;
      const next = one.child.optional
        ? 'everything else goes on, and it is tried again in a minute'
        : 'that is the end';
      log(`sightline: ${one.givenUp}; its own lines above say why; ${next}`);
      if (one.child.optional) one.timer = setTimeout(() => launch(one), MINUTE);
      else over.resolve(one.givenUp);
      return;
    }
    const wait = Math.min(backoffMs * 2 ** (one.restarts.length - 1), backoffMs * 30);
    log(`sightline: the ${name} ${how}; starting it again in ${wait} ms`);
    one.timer = setTimeout(() => launch(one), wait);
  };

  for (const one of watched) launch(one);
  const ready = Promise.all(watched.map((one) => untilReady(one, () => stopping !== null))).then((answers) =>
    answers.filter((name) => name !== null),
  );
  // Whoever only waits for the end must not trip over a rejection nobody looks at.
  ready.catch(() => {});
  return {
    ready,
    ended: over.promise,
    stop: () => {
      stopping ??= stopAll(watched, options).then(() => over.resolve('stopped'));
      return stopping;
    },
  };
}

function start(
  { name, command, env }: SupervisedChild,
  log: (line: string) => void,
  onEnd: (how: string, code: number | null) => void,
): ChildProcess {
  const [program = '', ...parameters] = command;
  // In a group of its own: Ctrl-C reaches only the supervisor, which then ends the children in order.
  const child = spawn(program, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let ended = false;
  const end = (how: string, code: number | null) => {
    if (!ended) onEnd(how, code);
    ended = true;
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) log(`[${name}] ${line}`);
    });
    stream.on('end', () => rest && log(`[${name}] ${rest}`));
  }
  child.on('error', (error) => end(`could not be started (${error.message})`, HOPELESS));
  // `close`, not `exit`: its last lines have been read by then.
  child.on('close', (code, signal) => end(signal ? `was ended by ${signal}` : `ended with code ${code}`, code));
  return child;
}

/** Asks readyUrl until it answers. Given up before that: rejects, or gives the name of a child that is optional. */
async function untilReady(one: Watched, stopped: () => boolean): Promise<string | null> {
  while (!one.wasReady) {
    if (one.givenUp && one.child.optional) return one.child.name;
    if (one.givenUp) throw new Error(one.givenUp);
    if (stopped()) throw new Error('stopped before everything was ready');
    one.wasReady = await fetch(one.child.readyUrl, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.ok && one.process !== null,
      () => false,
    );
    if (!one.wasReady) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return null;
}

async function stopAll(watched: readonly Watched[], { log, graceMs }: SuperviseOptions): Promise<void> {
  for (const one of watched.toReversed()) {
    clearTimeout(one.timer);
    if (!one.process) continue;
    one.process.kill('SIGTERM');
    const late = setTimeout(() => {
      log(`sightline: the ${one.child.name} did not end within ${graceMs} ms and is killed`);
      one.process?.kill('SIGKILL');
    }, graceMs);
    await one.exited;
    clearTimeout(late);
  }
}
