// Errors of ours in the shape OpenAI's SDKs understand: https://platform.openai.com/docs/guides/error-codes
import type { SpokenError } from '../dialect.ts';

export function openaiErrorBody(error: SpokenError): string {
  return JSON.stringify({
    error: { message: error.message, type: error.type, param: null, code: error.code },
    request_id: error.exchangeId,
  });
}

/** In a stream of the responses API: the documented `error` event, with the wrapped form that its SDKs look for. */
export function responsesErrorEvent(error: SpokenError): string {
  const { message, type, code, exchangeId } = error;
  const data = {
    type: 'error',
    code,
    message,
    param: null,
    error: { type, code, message, param: null },
    request_id: exchangeId,
  };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}
