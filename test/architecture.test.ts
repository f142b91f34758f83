// The rules of the house that a machine can hold: which way imports point, that nothing goes in circles, that errors are
// documented, that the map names only what exists.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorTable as collectorErrors } from '../collector/errors.ts';
import { errorTable as proxyErrors } from '../proxy/errors.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = globSync(
  '{contract,catalog,configuration,routing,evaluation,audit,proxy,collector,clickhouse,cli,dashboard/src,bench}/**/*.{ts,vue}',
  { cwd: root },
);

/** Relative imports of a file, as paths from the root; types count too. */
function importsOf(file: string): string[] {
  const found = read(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map((match) => path.normalize(path.join(path.dirname(file), match[1] as string)));
}
const imports = new Map(sources.map((file) => [file, importsOf(file)]));
const room = (file: string): string => file.split(path.sep)[0] as string;

const mayImport: Record<string, string[]> = {
  contract: ['contract'],
  catalog: ['catalog', 'contract'],
  configuration: ['configuration', 'catalog', 'contract'],
  routing: ['routing', 'contract'],
  evaluation: ['evaluation', 'routing', 'contract'],
  audit: ['audit', 'contract'],
  proxy: ['proxy', 'routing', 'configuration', 'catalog', 'contract'],
  clickhouse: ['clickhouse', 'configuration', 'catalog', 'contract'],
  collector: ['collector', 'clickhouse', 'routing', 'evaluation', 'audit', 'configuration', 'catalog', 'contract'],
  dashboard: ['dashboard', 'contract'],
  cli: [
    'cli',
    'proxy',
    'routing',
    'evaluation',
    'audit',
    'collector',
    'clickhouse',
    'configuration',
    'catalog',
    'contract',
  ],
  bench: [
    'bench',
    'proxy',
    'routing',
    'evaluation',
    'audit',
    'collector',
    'clickhouse',
    'configuration',
    'catalog',
    'contract',
    'cli',
  ],
};

describe('imports', () => {
  it('point one way between the rooms of the house', () => {
    const wrong: string[] = [];
    for (const [file, targets] of imports) {
      for (const target of targets) {
        if (!mayImport[room(file)]?.includes(room(target))) wrong.push(`${file} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keep the rooms under the proxy apart from each other and from its steps', () => {
    // observe reads through dialects; tap puts observation, redaction and recording together.
    const allowed: Record<string, string[]> = {
      dialects: ['observe/stream-event'],
      health: [],
      translation: ['dialects', 'observe'],
      observe: ['dialects'],
      redaction: [],
      recording: [],
      vault: [],
      tap: ['observe', 'dialects', 'redaction', 'recording'],
    };
    const wrong: string[] = [];
    for (const [file, targets] of imports) {
      const [house, name] = file.split(path.sep) as [string, string];
      const permitted = house === 'proxy' ? allowed[name] : undefined;
      if (!permitted) continue;
      for (const target of targets) {
        if (!target.startsWith(`proxy${path.sep}`)) continue;
        const rest = target.slice(6);
        const own = rest.startsWith(`${name}${path.sep}`);
        if (!own && !permitted.some((prefix) => rest.startsWith(prefix))) wrong.push(`${file} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('never go in circles', () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, trail: string[]): void => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      if (done.has(file) || trail.includes(file)) return;
      for (const target of valueImportsOf(file)) walk(target, [...trail, file]);
      done.add(file);
    };
    for (const file of sources) walk(file, []);
    expect(circles).toEqual([]);
  });

  it('reach process.* only in the files that start something', () => {
    const starts = /(^|\/)(main|worker|sightline|load-or-exit)\.(ts|mjs)$|^cli\/|^bench\//;
    const wrong = sources.filter(
      (file) => !starts.test(file) && /\bprocess\.(env|exit|argv|cwd)\b/.test(withoutComments(read(file))),
    );
    expect(wrong).toEqual([]);
  });
});

/** Imports that exist at run time: a circle of types alone is no circle. */
function valueImportsOf(file: string): string[] {
  const found = read(file).matchAll(/(?:^|\n)(?:import|export)(?!\s+type\b)\s[^;]*?from\s+'(\.[^']+)'/g);
  return [...found]
    .map((match) => path.normalize(path.join(path.dirname(file), match[1] as string)))
    .filter((target) => imports.has(target));
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

describe('errors', () => {
  const documented = new Set(
    [...read('docs/errors.md').matchAll(/^\| `([A-Za-z0-9_]+)` \|/gm)].map((match) => match[1] as string),
  );
  const coded = new Set([...Object.keys(proxyErrors), ...Object.keys(collectorErrors)]);

  it('are all documented in docs/errors.md', () => {
    expect([...coded].filter((code) => !documented.has(code))).toEqual([]);
  });
  it('are not documented where they no longer exist', () => {
    expect([...documented].filter((code) => !coded.has(code))).toEqual([]);
  });
});

describe('the documents', () => {
  it.each(['ARCHITECTURE.md', 'README.md', 'CONTRIBUTING.md'])('%s names only paths that exist', (document) => {
    const named = [...read(document).matchAll(/`((?:[a-z][\w.-]*\/)+[\w.*{},-]*)`/g)].map(
      (match) => match[1] as string,
    );
    const local = named.filter((name) =>
      /^(contract|catalog|configuration|routing|proxy|collector|clickhouse|dashboard|cli|test|bench|docs|docker|\.ci)\//.test(
        name,
      ),
    );
    const missing = local.filter(
      (name) => !name.includes('*') && !existsSync(path.join(root, name)) && !name.startsWith('dashboard/dist'),
    );
    expect(missing).toEqual([]);
  });

  it('keep ARCHITECTURE.md to one page', () => {
    expect(read('ARCHITECTURE.md').split('\n').length).toBeLessThanOrEqual(105);
  });

  it('hold no path of a machine and no registry host', () => {
    const files = [...sources, ...globSync('{*.md,docs/**/*,*.json,*.yml,Dockerfile,test/**/*.ts}', { cwd: root })];
    const wrong = files.filter((file) =>
      /\/work\/|\/home\/\w+\/|\/root\/|registry\.npmjs|"resolved":/.test(
        existsSync(path.join(root, file)) && /\.\w+$|Dockerfile/.test(file) ? read(file) : '',
      ),
    );
    expect(wrong.filter((file) => file !== path.join('test', 'architecture.test.ts'))).toEqual([]);
  });
});
