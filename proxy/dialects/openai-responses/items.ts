// The output items of a response, collected from stream events or taken from the whole, and what they say together.
// Tools that the provider runs itself (web search, MCP, code interpreter) are not calls the application has to answer.
import { type Answer, emptyAnswer } from '../../../contract/answer.ts';
import { argumentsText, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';

interface Item {
  type: string;
  id: string;
  name: string;
  arguments: string;
  text: Map<number, string>;
  refusal: Map<number, string>;
  reasoning: Map<number, string>;
}

export class ResponseItems {
  readonly #items = new Map<number, Item>();

  get size(): number {
    return this.#items.size;
  }

  /** Replaces what is known of an item by the item as the provider states it. */
  set(index: number, stated: JsonObject): void {
    const item = this.#fresh(index);
    item.type = asText(stated.type);
    item.id = asText(stated.call_id);
    item.name = asText(stated.name);
    item.arguments = argumentsText(stated.arguments ?? stated.input, '');
    const parts = objectsIn(stated.content);
    parts.forEach((part, position) => {
      const into = { refusal: item.refusal, reasoning_text: item.reasoning }[asText(part.type)] ?? item.text;
      into.set(position, asText(part.refusal) || asText(part.text));
    });
    const summaries = objectsIn(stated.summary);
    if (summaries.length > 0) {
      item.reasoning.clear();
      summaries.forEach((part, position) => {
        item.reasoning.set(position, asText(part.text));
      });
    }
  }

  /** Adds a piece of a part; `kind` says which of the item's texts grows. */
  append(index: number, kind: 'text' | 'refusal' | 'reasoning', position: number, piece: string): void {
    const parts = (this.#items.get(index) ?? this.#fresh(index))[kind];
    parts.set(position, (parts.get(position) ?? '') + piece);
  }

  appendArguments(index: number, piece: string): void {
    const item = this.#items.get(index) ?? this.#fresh(index);
    item.arguments += piece;
  }

  calledTools(): boolean {
    return this.answer().toolCalls.length > 0;
  }

  answer(): Answer {
    const answer = emptyAnswer();
    const reasoning: string[] = [];
    for (const [, item] of [...this.#items.entries()].sort(([a], [b]) => a - b)) {
      answer.text += joined(item.text, '');
      answer.refusal += joined(item.refusal, '');
      reasoning.push(joined(item.reasoning, '\n\n'));
      if (item.type === 'function_call' || item.type === 'custom_tool_call') {
        answer.toolCalls.push({ id: item.id || null, name: item.name, arguments: item.arguments });
      }
    }
    answer.reasoning = reasoning.filter((text) => text !== '').join('\n\n');
    return answer;
  }

  #fresh(index: number): Item {
    const item: Item = {
      type: '',
      id: '',
      name: '',
      arguments: '',
      text: new Map(),
      refusal: new Map(),
      reasoning: new Map(),
    };
    this.#items.set(index, item);
    return item;
  }
}

function joined(parts: Map<number, string>, separator: string): string {
  return [...parts.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, text]) => text)
    .join(separator);
}
