// The tools of a request as Converse's toolConfig, which must be there as soon as tools have been called before.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
import type { NeutralRequest, Tool, ToolChoice } from '../neutral/request.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { lacksSchemas } from './models.ts';
import { cachePoint, type PartContext } from './write-parts.ts';

export function toolConfig(request: NeutralRequest, context: PartContext): JsonObject {
  const called = namesOfCalls(request);
  const { toolChoice } = request;
  // Converse has no word for "none": without tools there are none to call, but earlier calls want their tools described.
  if (toolChoice?.type === 'none') {
    if (called.length === 0) return {};
    const reason = 'Bedrock cannot forbid tools that have been called before';
    context.unsupported.push({ field: 'toolChoice', changesAnswer: true, reason });
  }
  const tools = request.tools.flatMap((tool, index) => [
    writeTool(tool, index, context),
    ...cachePoint(tool.cache, `tools[${index}]`, context),
  ]);
  if (tools.length === 0) tools.push(...called.map(forgottenTool));
  if (tools.length === 0) return {};
  const choice = request.tools.length === 0 ? null : choiceOf(toolChoice);
  return { toolConfig: { tools, ...(choice === null ? {} : { toolChoice: choice }) } };
}

function writeTool(tool: Tool, index: number, context: PartContext): JsonObject {
  const strict = tool.strict === true && !lacksSchemas(context.model);
  if (tool.strict === true && !strict) {
    const reason = 'this model on Bedrock knows no strict tools';
    context.unsupported.push({ field: `tools[${index}].strict`, changesAnswer: false, reason });
  }
  return {
    toolSpec: {
      name: tool.name,
      ...(tool.description === '' ? {} : { description: tool.description }),
      inputSchema: { json: tool.parameters ?? { type: 'object', properties: {} } },
      ...(strict ? { strict } : {}),
    },
  };
}

/** A tool that the conversation remembers and the request no longer offers. */
function forgottenTool(name: string): JsonObject {
  return { toolSpec: { name, description: 'No longer available.', inputSchema: { json: { type: 'object' } } } };
}

function namesOfCalls({ messages }: NeutralRequest): string[] {
  const calls = messages.flatMap(({ content }) => content.filter((part) => part.type === 'tool-call'));
  return [...new Set(calls.map((call) => call.name))];
}

function choiceOf(choice: ToolChoice | null): JsonObject | null {
  switch (choice?.type) {
    case 'auto':
      return { auto: {} };
    case 'required':
      return { any: {} };
    case 'tool':
      return { tool: { name: choice.name } };
    default:
      return null;
  }
}
