// What Dockerfile and docker-compose.yml promise, read from the files; no container engine is needed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfiguration } from '../../configuration/load.ts';

interface ComposeService {
  image: string;
  ports?: string[];
  environment?: Record<string, string | null>;
  read_only?: boolean;
  cap_drop?: string[];
  profiles?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  command?: string[];
}

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, ComposeService> };
const all = Object.entries(services);
const own = all.filter(([, { image }]) => image.startsWith('sightline:'));

describe('the compose file', () => {
  test('binds nothing beyond this machine', () => {
    const ports = all.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('gives no password, key or secret a default', () => {
    const given = all.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const secrets = given.filter(([name]) => /PASSWORD|KEY|SECRET|TOKEN/.test(name));
    expect(secrets.length).toBeGreaterThan(3);
    expect(secrets.filter(([, value]) => value !== null)).toEqual([]);
  });

  test('runs its own services without capabilities on a root that cannot be written', () => {
    expect(own.map(([name]) => name).sort()).toEqual(['collector', 'example-app', 'proxy']);
    for (const [name, service] of own) expect(service, name).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  test('starts real servers only when asked, and every server says when it is healthy', () => {
    expect(all.filter(([, { profiles }]) => profiles).map(([name]) => name)).toEqual(['clickhouse', 'redis']);
    for (const [name, { healthcheck }] of all) {
      if (name !== 'example-app') expect(healthcheck?.test?.[0], name).toMatch(/^CMD/);
    }
  });

  test('uses files that exist and variables that the configuration knows', () => {
    for (const [name, { command = [], environment = {} }] of own) {
      expect(existsSync(path.join(root, command[1] ?? '')), `${name}: ${command}`).toBe(true);
      const env: Record<string, string> = {};
      for (const [variable, value] of Object.entries(environment)) {
        if (variable.startsWith('SIGHTLINE_')) env[variable] = value?.replaceAll(/\$\{\w+:-(.*?)\}/g, '$1') ?? 'set';
      }
      const sources = new Set(Object.values(loadConfiguration({ env, cwd: '/' }).sources));
      for (const variable of Object.keys(env)) expect(sources, name).toContain(`environment ${variable}`);
    }
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  test('starts from written-out names and runs as a numeric user', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set(['docker.io/library/node:24-bookworm-slim']));
    expect(dockerfile).toMatch(/^USER \d+:\d+$/m);
  });

  test('holds every folder that the services import', () => {
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/build\/([\w.]+) /gm)].map(([, folder]) => folder);
    const imported = ['proxy', 'collector', 'cli'].flatMap((folder) =>
      sources(folder).flatMap((file) =>
        [...read(file).matchAll(/from '(\.[^']+)'/g)].map(
          ([, target = '']) => path.join(path.dirname(file), target).split(path.sep)[0],
        ),
      ),
    );
    expect([...new Set(imported)].filter((folder) => !copied.includes(folder))).toEqual([]);
  });

  test('leaves nothing out of the build that the build needs', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const needed of ['package.json', 'package-lock.json', '.npmrc', 'dashboard', 'contract']) {
      expect(ignored).not.toContain(needed);
    }
  });
});

const sources = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
