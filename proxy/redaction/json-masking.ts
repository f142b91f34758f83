// Masks a JSON body: every string, every key, JSON inside strings, numbers that are cards, and values whose key says that
// they are secret. Text that is no JSON is masked as text.
import { dropCutTail } from './cut-tail.ts';
import { isCardNumber } from './detectors/card.ts';
import { isSocialSecurityNumber } from './detectors/ssn.ts';
import { type LiteralVisitor, looksLikeJson, walkJson } from './json-document.ts';
import { isPlaceholder, type Kind, placeholder } from './kinds.ts';
import { isPhoneName, isSecretName, isSecurityNumberName } from './named-values.ts';
import type { TextMasking } from './text-masking.ts';

/** JSON within strings within JSON: deeper than this it is text. */
const deepestString = 8;
const mostNames = 2000;

type NamedAs = 'secret' | 'ssn' | 'phone' | 'nothing';

const judgeName = (name: string): NamedAs => {
  if (isSecretName(name)) return 'secret';
  if (isSecurityNumberName(name)) return 'ssn';
  return isPhoneName(name) ? 'phone' : 'nothing';
};

export interface JsonMasking {
  /** `cut`: the body is known to stop short. Without it, JSON that stops short is recognised. */
  mask(body: string, cut: boolean): string;
}

export interface JsonMaskingOptions {
  text: TextMasking;
  enabled: ReadonlySet<Kind>;
  counted(kind: Kind): void;
}

export const createJsonMasking = ({ text, enabled, counted }: JsonMaskingOptions): JsonMasking => {
  const judged = new Map<string, NamedAs>();
  const nameKind = (name: string): NamedAs => {
    const known = judged.get(name);
    if (known !== undefined) return known;
    if (judged.size >= mostNames) judged.clear();
    const kind = judgeName(name);
    judged.set(name, kind);
    return kind;
  };

  /** What the key alone says about a value, or null. */
  const byName = (value: string, name: string): Kind | null => {
    const named = name === '' ? 'nothing' : nameKind(name);
    if (named === 'nothing' || value === '' || isPlaceholder(value)) return null;
    if (named === 'secret') return 'credential';
    const digits = value.replace(/[\s().+-]/g, '');
    if (named === 'ssn') return isSocialSecurityNumber(digits) ? 'ssn' : null;
    return /^\d{7,15}$/.test(digits) ? 'phone' : null;
  };

  const replaceNamed = (value: string, name: string): string | null => {
    const kind = byName(value, name);
    if (kind === null || !enabled.has(kind)) return null;
    counted(kind);
    return placeholder[kind];
  };

  const maskString = (value: string, name: string, depth: number): string => {
    const named = name === '' ? 'nothing' : nameKind(name);
    if (value.length < 4 && named !== 'secret') return value;
    // One random seed in thirty passes for a card.
    if (name === 'seed' && /^\d+$/.test(value)) return value;
    if (named === 'secret' && enabled.has('credential')) {
      const masked = text.mask(value);
      return isPlaceholder(masked) ? masked : (replaceNamed(masked, name) ?? masked);
    }
    const replaced = replaceNamed(value, name);
    if (replaced !== null) return replaced;
    if (depth < deepestString && looksLikeJson(value)) {
      const walked = walkJson(value, visitorAt(depth + 1));
      if (walked.outcome === 'whole') return walked.text.toWellFormed();
    }
    return text.mask(value);
  };

  const visitorAt = (depth: number): LiteralVisitor => ({
    string: (value, name) => maskString(value, name, depth),
    number(literal, name) {
      const whole = /^\d+$/.test(literal);
      const card = whole && literal.length >= 13 && name !== 'seed' && enabled.has('card') && isCardNumber(literal);
      if (card) counted('card');
      if (card) return `"${placeholder.card}"`;
      const replaced = nameKind(name) === 'nothing' ? null : replaceNamed(literal, name);
      return replaced === null ? null : `"${replaced}"`;
    },
    unfinished(raw, name) {
      const kept = dropCutTail(raw);
      return replaceNamed(kept, name) ?? text.mask(kept);
    },
    hits: text.hits,
  });

  return {
    mask(body, cut) {
      if (looksLikeJson(body)) {
        const walked = walkJson(body, visitorAt(0));
        if (walked.outcome !== 'not-json') return walked.text.toWellFormed();
      }
      return text.mask(cut ? dropCutTail(body) : body).toWellFormed();
    },
  };
};
