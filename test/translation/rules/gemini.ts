// What Google's generateContent accepts, as its reference and its error messages say; written without a look at the writer.
// https://ai.google.dev/api/generate-content
import { contentProblems } from './gemini-contents.ts';
import { type Checked, isObject, type Loose, unknownFields } from './gemini-fields.ts';

const topLevel = [
  ...['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'safetySettings', 'cachedContent'],
  ...['labels', 'serviceTier', 'store', 'modelArmorConfig'],
];
const settings = [
  ...[
    'stopSequences',
    'responseMimeType',
    'responseSchema',
    'responseJsonSchema',
    'responseModalities',
    'topK',
    'topP',
  ],
  ...['candidateCount', 'maxOutputTokens', 'temperature', 'seed', 'presencePenalty', 'frequencyPenalty', 'logprobs'],
  ...['responseLogprobs', 'speechConfig', 'thinkingConfig', 'mediaResolution'],
];

export interface CheckedRequest {
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

export function problemsOf({ path, headers, body }: CheckedRequest): string[] {
  const problems: string[] = [];
  const call = /\/models\/([^/:]+):(generateContent|streamGenerateContent)(\?alt=sse)?$/.exec(path);
  if (!call) problems.push(`no path of Gemini: ${path}`);
  if ((call?.[2] === 'streamGenerateContent') !== (call?.[3] !== undefined))
    problems.push('alt=sse belongs to streams');
  if (Object.keys(headers).some((name) => name.startsWith('anthropic-'))) problems.push('headers of somebody else');
  if (!isObject(body)) return [...problems, 'no object'];
  const generation = Number(/^gemini-(\d+(?:\.\d+)?)/.exec(call?.[1] ?? '')?.[1] ?? 0);
  const checked: Checked = { body, generation, problems };
  unknownFields(body, topLevel, 'body', problems);
  contentProblems(checked);
  systemProblems(checked);
  toolProblems(checked);
  if (body.generationConfig !== undefined) configProblems(checked);
  return problems;
}

function systemProblems({ body, problems }: Checked): void {
  const system = body.systemInstruction;
  if (system === undefined) return;
  unknownFields(system, ['parts', 'role'], 'systemInstruction', problems);
  if (!Array.isArray(system.parts) || system.parts.length === 0) problems.push('systemInstruction says nothing');
  for (const part of system.parts ?? []) {
    if (typeof part.text !== 'string' || part.text === '') problems.push('systemInstruction takes text');
  }
}

function toolProblems({ body, problems }: Checked): void {
  const names: string[] = [];
  for (const tool of body.tools ?? []) {
    unknownFields(tool, ['functionDeclarations'], 'tool', problems);
    for (const declared of tool.functionDeclarations ?? []) {
      const known = ['name', 'description', 'parameters', 'parametersJsonSchema', 'response', 'behavior'];
      unknownFields(declared, known, 'declaration', problems);
      if (!/^[A-Za-z_][\w.:-]{0,127}$/.test(declared.name)) problems.push(`function name ${declared.name}`);
      if (declared.parameters !== undefined) problems.push('`parameters` takes no JSON Schema');
      if (declared.description === '') problems.push('an empty description');
      names.push(declared.name);
    }
  }
  if (new Set(names).size < names.length) problems.push('a function is declared twice');
  const calling: Loose = body.toolConfig?.functionCallingConfig;
  if (calling === undefined) return;
  if (names.length === 0) problems.push('a calling config without functions');
  unknownFields(calling, ['mode', 'allowedFunctionNames'], 'functionCallingConfig', problems);
  if (!['AUTO', 'ANY', 'NONE', 'VALIDATED'].includes(calling.mode)) problems.push(`mode ${calling.mode}`);
  if (calling.allowedFunctionNames === undefined) return;
  if (calling.mode !== 'ANY') problems.push('allowedFunctionNames goes with ANY');
  if (calling.allowedFunctionNames.some((name: string) => !names.includes(name)))
    problems.push('an undeclared function');
}

function configProblems({ body, generation, problems }: Checked): void {
  const config: Loose = body.generationConfig;
  unknownFields(config, settings, 'generationConfig', problems);
  const within = (name: string, least: number, most: number, whole = false): void => {
    const value = config[name];
    if (value === undefined) return;
    if (typeof value !== 'number' || value < least || value > most || (whole && !Number.isInteger(value)))
      problems.push(`${name} ${value}`);
  };
  within('temperature', 0, 2);
  within('topP', 0, 1);
  within('topK', 1, 1000, true);
  within('candidateCount', 1, 8, true);
  within('maxOutputTokens', 1, 1_000_000, true);
  within('seed', -(2 ** 31), 2 ** 31 - 1, true);
  within('presencePenalty', -2, 1.9999);
  within('frequencyPenalty', -2, 1.9999);
  within('logprobs', 0, 20, true);
  if (config.logprobs !== undefined && config.responseLogprobs !== true) problems.push('logprobs unasked');
  if (config.stopSequences !== undefined && (config.stopSequences.length === 0 || config.stopSequences.length > 5))
    problems.push('one to five stop sequences');
  const json = config.responseMimeType === 'application/json';
  if (config.responseJsonSchema !== undefined && !json) problems.push('a schema wants application/json');
  if (json && body.tools !== undefined && generation < 3)
    problems.push("Function calling with a response mime type: 'application/json' is unsupported");
  thinkingProblems(config.thinkingConfig, generation, problems);
}

function thinkingProblems(thinking: Loose, generation: number, problems: string[]): void {
  if (thinking === undefined) return;
  unknownFields(thinking, ['includeThoughts', 'thinkingBudget', 'thinkingLevel'], 'thinkingConfig', problems);
  const { thinkingBudget: budget, thinkingLevel: level } = thinking;
  if (budget !== undefined && level !== undefined) problems.push('budget and level');
  if (generation < 2.5) problems.push('does not think');
  if (level !== undefined && generation < 3) problems.push('Thinking level is not supported for this model.');
  if (level !== undefined && !['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'].includes(level)) problems.push(`level ${level}`);
  if (budget !== undefined && !(Number.isInteger(budget) && budget >= 0 && budget <= 32_768))
    problems.push(`budget ${budget}`);
}
