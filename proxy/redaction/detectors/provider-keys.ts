// Keys of model providers, clouds and services, told by the prefix their issuer gives them. Each row is open at the end:
// scanners that ask for a delimiter miss keys in Markdown, in brackets and in JSON within JSON.
import { endOfRun, urlSafe } from '../character-runs.ts';
import type { Detector } from '../detector.ts';

/**
 * What follows the boundary on the left: a prefix and the least that must follow it. A hit goes on to the end of its run.
 * Rows are tried in one alternation, so the longer prefix stands first.
 */
const forms: readonly string[] = [
  // Model providers
  'sk-(?:ant|proj|or|svcacct|admin|lf|None)-[\\w-]{12}',
  'sk-(?=[\\w-]{0,64}[0-9A-Z])[\\w-]{20}',
  'sk_(?:live|test|proj|or|car)_[A-Za-z0-9]{12}',
  'AIza[\\w-]{30}',
  'ya29\\.[\\w-]{16}',
  'GOCSPX-[\\w-]{20}',
  '(?:gsk|hf|r8|fw|nvapi|jina|tgp|api_org|lin_api|lsv2_pt|lsv2_sk)[_-][A-Za-z0-9_-]{20}',
  '(?:xai|pplx|csk|tvly|voy|pa|together|fal)-(?=[\\w-]{0,64}[0-9])[A-Za-z0-9_-]{20}',
  'sl_[A-Za-z0-9_-]{20}',
  // Clouds
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])',
  'ABSK[A-Za-z0-9+/=]{40,400}',
  'do[opr]_v1_[a-f0-9]{32}',
  'dapi[a-f0-9]{32}',
  // Source control, packages, deployment
  'gh[pousr]_[A-Za-z0-9]{20}',
  'github_pat_[A-Za-z0-9_]{20}',
  'gl(?:pat|dt|rt|ptt|cbt|ft|soat|imt|agent)-[\\w-]{16}',
  'npm_[A-Za-z0-9]{30}',
  'pypi-[\\w-]{40}',
  'dckr_pat_[\\w-]{20}',
  'hvs\\.[\\w-]{20}',
  'AGE-SECRET-KEY-1[A-Z0-9]{50}',
  // Messages, mail, payments, shops
  'xox[abeoprs](?:\\.xox[bp])?-[A-Za-z0-9-]{10}',
  'xapp-[A-Za-z0-9-]{20}',
  'rk_(?:live|test)_[A-Za-z0-9]{12}',
  'whsec_[A-Za-z0-9+/=]{20,400}',
  'SK[0-9a-f]{32}(?![0-9A-Za-z])',
  'SG\\.[\\w-]{16,80}\\.[\\w-]{16}',
  'key-[0-9a-f]{32}(?![0-9A-Za-z])',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}',
  'sq0[a-z]{3}-[\\w-]{20}',
  'hooks\\.slack\\.com/services/[\\w/-]{20,400}',
];

/** A lone `_` or `-` may stand before a key, as Markdown's emphasis; one inside a longer word means base64url. */
const pattern = new RegExp(`(?<![A-Za-z0-9])(?<![A-Za-z0-9][_-])(?:${forms.join('|')})`, 'g');

/** Telegram's bot tokens alone carry a colon, so they are no single token of the scan. */
const botToken = /(?<!\d)\d{8,10}:[\w-]{35}/g;

export const providerKeyDetector: Detector = {
  name: 'provider key',
  find({ text, tokens }, report) {
    for (let pair = 0; pair < tokens.length; pair += 2) {
      const start = tokens[pair]!;
      const token = text.slice(start, tokens[pair + 1]!);
      for (const match of token.matchAll(pattern)) {
        const at = start + match.index;
        report('key', at, endOfRun(text, at + match[0].length, urlSafe));
      }
      const before = Math.max(0, start - 11);
      if (token.length < 35 || text[start - 1] !== ':') continue;
      for (const match of text.slice(before, tokens[pair + 1]!).matchAll(botToken)) {
        const at = before + match.index;
        report('key', at, endOfRun(text, at + match[0].length, urlSafe));
      }
    }
  },
};
