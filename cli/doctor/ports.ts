// Are the two ports free, or held by the very services that want them?
import { createServer } from 'node:net';
import { type Check, fail, ok } from './check.ts';

export interface PortQuestion {
  /** proxy or collector. */
  service: string;
  host: string;
  port: number;
  /** Where this machine reaches the service when it runs. */
  url: string;
  variable: string;
}

/** True when a Sightline service answers at this address. */
export async function isRunning(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(2000) });
    const body: unknown = await response.json();
    // The proxy says { ok, version }, the collector { alive }.
    return response.ok && typeof body === 'object' && body !== null && ('alive' in body || 'version' in body);
  } catch {
    return false;
  }
}

export async function checkPort({ service, host, port, url, variable }: PortQuestion): Promise<Check> {
  const name = `${service} port`;
  if (await isRunning(url)) return ok(name, `${port}: a ${service} of Sightline is running there`);
  const code = await tryToListen(host, port);
  if (code === null) return ok(name, `${port} is free on ${host}`);
  if (code === 'EADDRINUSE')
    return fail(name, `${port} on ${host} is used by another program`, `stop it, or set ${variable} to a free port`);
  if (code === 'EACCES')
    return fail(name, `${port} may not be opened by this user`, `set ${variable} to a port above 1023`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return fail(name, `${host} is no address of this machine`, `set ${service}.host to 127.0.0.1 or 0.0.0.0`);
  return fail(name, `${host}:${port} cannot be opened (${code})`, `set ${service}.host or ${variable}`);
}

/** Null when it worked, else the error's code. */
function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
