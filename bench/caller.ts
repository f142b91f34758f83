// One HTTP/1.1 connection that sends the same bytes again and again and waits for each answer. Written on bare sockets so
// that the load costs little beside what is measured.
import { connect, type Socket } from 'node:net';

export class Caller {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #answered: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null;
  #buffer: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, request: Buffer) {
    this.#socket = socket;
    this.#request = request;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('close', () => this.#answered?.reject(new Error('the connection was closed')));
    socket.on('error', () => {});
  }

  static async open(url: string, headers: Record<string, string>, body: Buffer): Promise<Caller> {
    const { hostname, port, host } = new URL(url);
    const lines = Object.entries({ host, ...headers, 'content-length': String(body.length) });
    const head = `POST /v1/chat/completions HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    const socket = connect(Number(port), hostname).setNoDelay(true);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Caller(socket, Buffer.concat([Buffer.from(head), body]));
  }

  /** Resolves with the status once the whole answer is there. */
  call(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
      this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#answered = null;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes]);
    const headEnd = this.#buffer.indexOf('\r\n\r\n');
    if (headEnd < 0 || !complete(this.#buffer, headEnd)) return;
    const status = Number(this.#buffer.toString('latin1', 9, 12));
    this.#buffer = Buffer.alloc(0);
    this.#answered?.resolve(status);
  }
}

/** By content-length where it is given, else by the last chunk; the answers of these benches have no trailers. */
function complete(answer: Buffer, headEnd: number): boolean {
  const head = answer.toString('latin1', 0, headEnd).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(head);
  if (length) return answer.length >= headEnd + 4 + Number(length[1]);
  return answer.subarray(-5).equals(lastChunk);
}

const lastChunk = Buffer.from('0\r\n\r\n');
