// Finds ports on loopback: the usual ones when they are free, else any, and says no when one was asked for by name.
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

export interface PortWish {
  /** What it is for, as the option that sets it: "--port". */
  option: string;
  /** Asked for by the user; must be free. */
  asked: number | null;
  usual: number;
}

/** Throws an Error that names the option when the port asked for is taken. `avoid`: ports already given away. */
export async function findPort({ option, asked, usual }: PortWish, avoid: readonly number[] = []): Promise<number> {
  if (asked !== null) {
    if (!avoid.includes(asked) && (await isFree(asked))) return asked;
    throw new Error(`${option}: port ${asked} is in use. Stop what listens there, or choose another port.`);
  }
  if (!avoid.includes(usual) && (await isFree(usual))) return usual;
  return freePort();
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
