// Prints the OpenAPI document as it stands in docs/openapi.json: `node collector/openapi-document.ts > docs/openapi.json`.
import { argv, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { CollectorConfiguration } from '../contract/configuration.ts';
import { createCollector } from './app.ts';
import { apiDescription } from './openapi.ts';

/** The document, the same for every installation. Nothing is opened: the routes alone are needed. */
export async function openApiDocument(): Promise<string> {
  const app = await createCollector({
    store: { kind: 'embedded', database: '', ...unneeded },
    ingest: { ...unneeded, waiting: () => 0, lagMs: () => null, deadRecords: () => 0, onIngested: () => () => {} },
    configuration: { ...CollectorConfiguration.parse({}), simulated: false },
    version: '1',
    clock: Date.now,
    onProblem: () => {},
  });
  const document = JSON.stringify(apiDescription(app), null, 2);
  await app.close();
  return `${document}\n`;
}

const never = () => Promise.reject(new Error('there is no store behind the document'));
const unneeded = {
  ...{ migrate: never, insertSegment: never, insertRows: never, read: never, health: never, close: never },
  ...{ accept: never, metrics: never },
};

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) stdout.write(await openApiDocument());
