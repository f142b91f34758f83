// Writes tools, the choice among them, and the format of the answer into a chat request.
import type { NeutralRequest, ToolChoice } from '../neutral/request.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { cacheControl } from './part-writer.ts';
import type { RequestSheet } from './request-sheet.ts';

export function writeTools(request: NeutralRequest, sheet: RequestSheet): void {
  // Without tools OpenAI refuses both of the other fields.
  if (request.tools.length === 0) return;
  const tools = request.tools.map((tool, index) => ({
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description === '' ? {} : { description: tool.description }),
      ...(tool.parameters === null ? {} : { parameters: tool.parameters }),
      ...(tool.strict === null ? {} : { strict: tool.strict }),
    },
    ...cacheControl(tool, `tools[${index}]`, sheet),
  }));
  sheet.put('tools', tools, 'tools');
  if (sheet.body.tools === undefined) return;
  if (request.toolChoice) sheet.put('tool_choice', toolChoice(request.toolChoice, sheet), 'toolChoice');
  sheet.put('parallel_tool_calls', request.parallelToolCalls, 'parallelToolCalls');
}

function toolChoice(choice: ToolChoice, sheet: RequestSheet): unknown {
  if (choice.type === 'tool') return { type: 'function', function: { name: choice.name } };
  return choice.type === 'required' ? (sheet.quirks.requiredToolChoice ?? 'required') : choice.type;
}

export function writeAnswerFormat({ answerFormat }: NeutralRequest, sheet: RequestSheet): void {
  if (answerFormat === null) return;
  if (answerFormat.type !== 'schema') {
    const type = answerFormat.type === 'json' ? 'json_object' : 'text';
    sheet.put('response_format', { type }, 'answerFormat');
    return;
  }
  if (!sheet.takesField('response_format.json_schema', 'answerFormat')) return;
  const schema: JsonObject = {
    // The name is required here and unknown to Anthropic and Gemini.
    name: answerFormat.name || 'answer',
    ...(answerFormat.description === '' ? {} : { description: answerFormat.description }),
    schema: answerFormat.schema,
    ...(answerFormat.strict === null ? {} : { strict: answerFormat.strict }),
  };
  sheet.put('response_format', { type: 'json_schema', json_schema: schema }, 'answerFormat');
}
