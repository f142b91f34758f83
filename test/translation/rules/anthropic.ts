// What Anthropic's /v1/messages (version 2023-06-01) accepts, written from its documentation and the refusals it is known for,
// and from no line of the proxy. The conversation's own rules stand in anthropic-conversation.ts.
import { conversationProblems, type Loose } from './anthropic-conversation.ts';

export interface SentRequest {
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

const fields = new Set(
  (
    'model max_tokens system messages tools tool_choice thinking output_config temperature top_p top_k stop_sequences ' +
    'metadata service_tier stream cache_control container context_management mcp_servers inference_geo speed'
  ).split(' '),
);

/** Names of the models of which each rule is known to hold. */
const refusesSampling = /opus-(4-[78]|5)|(sonnet|haiku)-5|fable|mythos/;
const refusesBudgets = refusesSampling;
const takesAdaptive = /(opus|sonnet)-4-[678]|(opus|sonnet|haiku)-5|fable|mythos/;
const takesOneSampler = /opus-4-[1-6](?!\d)|(sonnet|haiku)-4-[56]/;
const cannotStopThinking = /fable|mythos|opus-5-5/;

export function problemsOf({ path, headers, body }: SentRequest): string[] {
  const problems: string[] = [];
  const demand = (holds: unknown, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  const said = body as Loose;
  demand(path === '/v1/messages', `path: ${path}`);
  demand(headers['anthropic-version'] === '2023-06-01', 'anthropic-version: header is required');
  for (const name of Object.keys(said)) demand(fields.has(name), `${name}: Extra inputs are not permitted`);
  demand(typeof said.model === 'string' && said.model !== '', 'model: Field required');
  demand(Number.isInteger(said.max_tokens) && said.max_tokens >= 1, 'max_tokens: Field required');
  checkTools(said, demand);
  checkThinking(said, demand);
  checkSampling(said, demand);
  checkOthers(said, demand);
  return [...problems, ...conversationProblems(said)];
}

type Demand = (holds: unknown, problem: string) => void;

function checkTools({ tools, tool_choice: choice }: Loose, demand: Demand): void {
  const names = (tools ?? []).map((tool: Loose) => tool.name);
  demand(tools === undefined || tools.length > 0, 'tools: empty');
  demand(new Set(names).size === names.length, 'tools: Tool names must be unique.');
  for (const tool of tools ?? []) {
    demand(/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name), `tools.name: ${tool.name}`);
    demand(tool.input_schema?.type === 'object', 'tools.input_schema.type: Field required');
    const branches = ['anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in (tool.input_schema ?? {}));
    demand(!branches, 'tools.input_schema: no oneOf, allOf, or anyOf at the top level');
    if (tool.strict) demand(closed(tool.input_schema), 'tools.input_schema: additionalProperties must be false');
    const known = ['name', 'description', 'input_schema', 'strict', 'cache_control'];
    for (const key of Object.keys(tool)) demand(known.includes(key), `tools.${key}: Extra inputs are not permitted`);
  }
  if (choice === undefined) return;
  demand(names.length > 0, 'tool_choice: may only be specified while providing tools');
  demand(['auto', 'any', 'tool', 'none'].includes(choice.type), `tool_choice.type: ${choice.type}`);
  if (choice.type === 'tool') demand(names.includes(choice.name), `tool_choice: no tool ${choice.name}`);
  if (choice.type === 'none') demand(Object.keys(choice).length === 1, 'tool_choice: none takes nothing else');
}

function checkThinking({ model, thinking, max_tokens: most, tool_choice, output_config }: Loose, demand: Demand): void {
  const forced = tool_choice?.type === 'any' || tool_choice?.type === 'tool';
  if (cannotStopThinking.test(model)) {
    demand(thinking?.type !== 'disabled', 'thinking: cannot be disabled');
    demand(!forced, 'tool_choice: thinking is on');
  }
  if (output_config?.effort !== undefined) {
    demand(takesAdaptive.test(model), 'output_config.effort: not supported by this model');
    demand(['low', 'medium', 'high', 'xhigh', 'max'].includes(output_config.effort), 'output_config.effort');
    if (/4-6/.test(model)) demand(output_config.effort !== 'xhigh', 'does not support effort level xhigh');
  }
  if (thinking?.type === 'adaptive') demand(takesAdaptive.test(model), 'thinking: adaptive is not supported');
  if (thinking?.type !== 'enabled') return;
  demand(!refusesBudgets.test(model), '"thinking.type.enabled" is not supported for this model');
  demand(thinking.budget_tokens >= 1024, 'thinking.budget_tokens: at least 1024');
  demand(thinking.budget_tokens < most, '`max_tokens` must be greater than `thinking.budget_tokens`');
  demand(!forced, 'Thinking may not be enabled when tool_choice forces tool use.');
}

function checkSampling(said: Loose, demand: Demand): void {
  const { model, thinking, temperature, top_p: topP, top_k: topK } = said;
  const any = [temperature, topP, topK].some((value) => value !== undefined);
  if (refusesSampling.test(model)) demand(!any, '`temperature` is deprecated for this model.');
  if (temperature !== undefined) demand(temperature >= 0 && temperature <= 1, 'temperature: range: 0..1');
  if (takesOneSampler.test(model)) {
    demand(temperature === undefined || topP === undefined, '`temperature` and `top_p` cannot both be specified');
  }
  if (thinking === undefined || thinking.type === 'disabled') return;
  demand((temperature ?? 1) === 1, '`temperature` may only be set to 1 when thinking is enabled.');
  demand((topP ?? 1) >= 0.95 && topK === undefined, '`top_p` and `top_k` when thinking is enabled');
}

function checkOthers(said: Loose, demand: Demand): void {
  const { stop_sequences: stops, metadata, service_tier: tier, output_config: output, stream } = said;
  for (const stop of stops ?? []) demand(/\S/.test(stop), 'stop_sequences: must contain non-whitespace');
  for (const key of Object.keys(metadata ?? {})) demand(key === 'user_id', `metadata.${key}: not permitted`);
  demand((metadata?.user_id ?? '').length <= 256, 'metadata.user_id: at most 256 characters');
  demand(tier === undefined || tier === 'auto' || tier === 'standard_only', `service_tier: ${tier}`);
  demand(stream === undefined || typeof stream === 'boolean', 'stream: valid boolean');
  if (output === undefined) return;
  for (const key of Object.keys(output)) demand(['effort', 'format'].includes(key), `output_config.${key}`);
  if (output.format === undefined) return;
  demand(Object.keys(output.format).sort().join() === 'schema,type', 'output_config.format: Extra inputs');
  demand(output.format.type === 'json_schema' && closed(output.format.schema), 'output_config.format.schema');
}

/** Every object says additionalProperties: false, and no keyword stands in it that structured outputs refuse. */
function closed(schema: Loose): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  if (['minimum', 'maximum', 'minLength', 'maxLength', 'maxItems', 'oneOf', 'pattern'].some((word) => word in schema)) {
    return false;
  }
  const inner = [...Object.values(schema.properties ?? {}), ...(schema.anyOf ?? []), schema.items].filter(Boolean);
  return (schema.type !== 'object' || schema.additionalProperties === false) && inner.every(closed);
}
