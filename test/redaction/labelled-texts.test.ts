// Recall and precision on 1 500 labelled texts and false alarms on recorded exchanges, where those lie beside the project.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCardNumber } from '../../proxy/redaction/detectors/card.ts';
import { createRedactor } from '../../proxy/redaction/redactor.ts';

const shared = path.resolve(import.meta.dirname, '../../../shared');
const labelled = path.join(shared, 'data/presidio-synth-v2.json');
const recorded = path.join(shared, 'recorded');

const say = (line: string) => process.stdout.write(`${line}\n`);
for (const source of [labelled, recorded]) {
  if (!existsSync(source)) say(`LEFT OUT: redaction was not measured on ${path.basename(source)}, which is not here.`);
}

interface Labelled {
  full_text: string;
  spans: { entity_type: string; entity_value: string }[];
}

const labels: Record<string, string> = {
  CREDIT_CARD: 'card',
  EMAIL_ADDRESS: 'email',
  IBAN_CODE: 'iban',
  US_SSN: 'ssn',
  IP_ADDRESS: 'ip',
  PHONE_NUMBER: 'phone',
};

/** Alone, so that no other kind hides a miss. A span counts as found when its value is no longer in the text. */
const measure = (texts: readonly Labelled[], label: string) => {
  const kind = labels[label]!;
  const redactor = createRedactor({ kinds: [kind] });
  const invalid: string[] = [];
  let [spans, found, masked, right] = [0, 0, 0, 0];
  for (const { full_text: text, spans: all } of texts) {
    const output = redactor.text(text);
    const mine = all.filter((span) => span.entity_type === label).map((span) => span.entity_value);
    const gone = mine.filter((value) => !output.includes(value)).length;
    const placeholders = output.split(`[${kind.toUpperCase()}]`).length - 1;
    if (kind === 'card') invalid.push(...mine.filter((value) => !isCardNumber(value.replace(/\D/g, ''))));
    spans += mine.length;
    found += gone;
    masked += placeholders;
    right += Math.min(placeholders, gone);
  }
  return { kind, spans, invalid, recall: found / spans, precision: right / masked };
};

describe.skipIf(!existsSync(labelled))('on 1 500 labelled texts', () => {
  const texts = existsSync(labelled) ? (JSON.parse(readFileSync(labelled, 'utf8')) as Labelled[]) : [];

  it.each(Object.keys(labels))('%s: recall at least 0.99, precision at least 0.95', (label) => {
    const { kind, spans, invalid, recall, precision } = measure(texts, label);
    say(
      `${kind}: ${spans} labelled, ${invalid.length} invalid, recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}`,
    );
    expect(recall).toBeGreaterThanOrEqual(0.99);
    expect(precision).toBeGreaterThanOrEqual(0.95);
  });
});

describe.skipIf(!existsSync(recorded))('on recorded exchanges with real providers', () => {
  const bodies = !existsSync(recorded)
    ? []
    : readdirSync(recorded)
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) => readFileSync(path.join(recorded, name), 'utf8').trim().split('\n'))
        .flatMap((line) => {
          const { request, response } = JSON.parse(line);
          return [request.body?.text, response.body?.text] as (string | undefined)[];
        })
        .filter((text) => text !== undefined);

  it('keeps valid JSON valid and changes hardly any body, since they hold hardly any entity', () => {
    const redactor = createRedactor();
    let changed = 0;
    for (const body of bodies) {
      const masked = redactor.json(body);
      if (masked === body) continue;
      changed++;
      if (isJson(body)) expect(isJson(masked)).toBe(true);
    }
    say(`${changed} of ${bodies.length} recorded bodies changed: ${JSON.stringify(redactor.counts())}`);
    expect(changed / bodies.length).toBeLessThan(0.02);
  });
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
