// Writes a request for /responses, put together from its parts: input, tools, settings.
// https://platform.openai.com/docs/api-reference/responses/create
import { leftOut } from '../neutral/left-out.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { TargetFacts, WrittenRequest } from '../neutral/target.ts';
import { writeInput } from './write-items.ts';
import { formatName, said, writeSettings } from './write-settings.ts';
import { writeFormat, writeToolFields } from './write-tools.ts';

export function writeResponsesRequest(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  const unsayable = ['choices', 'logitBias', 'seed', 'topK', 'presencePenalty', 'frequencyPenalty'] as const;
  const unsupported = leftOut(request, formatName, unsayable);
  if (request.stop.length > 0) {
    // Nobody would see where the text should have ended.
    unsupported.push({ field: 'stop', changesAnswer: true, reason: `${formatName} has no stop sequences` });
  }
  const { instructions, input, sealed } = writeInput(request.messages, { target, unsupported });
  const body = {
    model: target.model,
    ...said({ instructions }),
    input,
    stream: request.stream,
    // Whoever asks through another format sends the whole conversation each time, and never asks for it to be kept.
    store: false,
    ...writeToolFields(request),
    ...(request.answerFormat === null ? {} : { text: { format: writeFormat(request.answerFormat) } }),
    ...writeSettings(request, { model: target.model, sealed, unsupported }),
  };
  return { body: { ...request.extra, ...body }, headers: {}, unsupported };
}
