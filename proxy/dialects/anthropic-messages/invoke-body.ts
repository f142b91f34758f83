// The same request where a cloud serves Claude: its version stands in the body, model and streaming in the path.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html

export function asInvokeBody(body: Record<string, unknown>): Record<string, unknown> {
  const { model, stream, ...rest } = body;
  return { anthropic_version: 'bedrock-2023-05-31', ...rest };
}
