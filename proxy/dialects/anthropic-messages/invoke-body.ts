// The same request where a cloud serves Claude: its version stands in the body, the model in the path.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
// https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai

const versions = { bedrock: 'bedrock-2023-05-31', vertex: 'vertex-2023-10-16' };

export type ClaudeCloud = keyof typeof versions;

export const isClaudeCloud = (family: string): family is ClaudeCloud => family in versions;

/** Amazon's path says whether it streams, Google's body still does. */
export function asInvokeBody(body: Record<string, unknown>, cloud: ClaudeCloud): Record<string, unknown> {
  const { model, stream, ...rest } = body;
  const streams = cloud === 'vertex' && stream !== undefined ? { stream } : {};
  return { anthropic_version: versions[cloud], ...rest, ...streams };
}
