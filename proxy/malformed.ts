// What is not HTTP gets an answer that says so (and no more), in the shape that most clients read.
import type { Socket } from 'node:net';

interface ParseError extends Error {
  code?: string;
}

export function answerMalformed(error: ParseError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const message = tooLarge
    ? 'The request headers are larger than 64 KiB.'
    : `The request is not valid HTTP (${error.code ?? 'unknown'}).`;
  const body = JSON.stringify({
    error: { message, type: 'invalid_request_error', param: null, code: 'SIGHTLINE_BAD_REQUEST' },
  });
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\nx-sightline-error: SIGHTLINE_BAD_REQUEST\r\n` +
      `x-should-retry: false\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
