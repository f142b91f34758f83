// Asks a program for the master key, such as the client of a key management service. It is started without a shell, gets no
// input and a deadline, and what it prints goes nowhere but to whoever asked.
import { spawn } from 'node:child_process';
import { MasterKeyProblem } from './master-key.ts';

const mostBytes = 4096;

export interface KeyCommandOptions {
  /** Program and arguments. */
  command: readonly string[];
  env: Record<string, string | undefined>;
  deadlineMs: number;
}

/** What it printed on stdout. Rejects with MasterKeyProblem, which holds nothing of what it printed. */
export function askKeyCommand({ command, env, deadlineMs }: KeyCommandOptions): Promise<string> {
  const [program = '', ...parameters] = command;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (found: string): void =>
    reject(new MasterKeyProblem(`vault.command (${program}): expected the master key on stdout, but it ${found}.`));
  const child = spawn(program, parameters, { env, shell: false, stdio: ['ignore', 'pipe', 'ignore'] });
  const late = setTimeout(() => {
    fail(`did not end within ${deadlineMs} ms`);
    child.kill('SIGKILL');
  }, deadlineMs);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.length <= mostBytes) return;
    fail(`printed more than ${mostBytes} characters`);
    child.kill('SIGKILL');
  });
  child.on('error', (error: NodeJS.ErrnoException) => fail(`could not be started (${error.code ?? 'unknown reason'})`));
  child.on('close', (code, signal) => {
    if (code === 0) resolve(printed);
    else fail(signal ? `was ended by ${signal}` : `ended with code ${code}`);
  });
  return promise.finally(() => clearTimeout(late));
}
