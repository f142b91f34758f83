// The one document that every proxy asks for each second: what is in force of keys, budgets, limits, secrets and purges, put
// together from documents, from the configuration and from what other rooms know.
import { createHash } from 'node:crypto';
import type { AccessDocument, CachePurge, EstimateRatio } from '../../contract/access/access-document.ts';
import type { Budget, PaceLimit } from '../../contract/access/budget.ts';
import type { KeyRecord } from '../../contract/access/key.ts';
import type { SealedSecret } from '../../contract/access/secret.ts';

/** What the configuration has of it. */
export interface AccessSettings {
  timezone: string;
  pepperId: string;
  budgets: readonly Budget[];
  limits: readonly PaceLimit[];
}

/** What other rooms know; each is asked whenever the document is made anew. */
export interface AccessSources {
  /** Throws while the documents are not known, so that nobody is told of an empty world. */
  keys(): readonly KeyRecord[];
  budgets(): readonly Budget[];
  secrets(): readonly SealedSecret[];
  purges(): readonly CachePurge[];
  ratios(): readonly EstimateRatio[];
}

/** Made anew at most this often while no document changes: only ratios change by themselves. */
const freshMs = 1000;

export interface AccessDocuments {
  current(): { document: AccessDocument; text: string };
}

export function createAccessDocuments(options: {
  settings: AccessSettings;
  sources: AccessSources;
  /** Rises with every change of a document. */
  revision: () => number;
  clock: () => number;
}): AccessDocuments {
  const { settings, sources, revision, clock } = options;
  let made: { at: number; revision: number; document: AccessDocument; text: string } | null = null;
  return {
    current() {
      const now = clock();
      if (made && made.revision === revision() && now >= made.at && now - made.at < freshMs) return made;
      const document = accessDocument(settings, sources);
      const text = made?.document.version === document.version ? made.text : JSON.stringify(document);
      made = { at: now, revision: revision(), document, text };
      return made;
    },
  };
}

export function accessDocument(settings: AccessSettings, sources: AccessSources): AccessDocument {
  const configured = new Set(settings.budgets.map(({ name }) => name));
  const parts = {
    timezone: settings.timezone,
    pepperId: settings.pepperId,
    keys: [...sources.keys()],
    // Who writes a budget into the configuration means it: one of the same name set elsewhere stands back.
    budgets: [...settings.budgets, ...sources.budgets().filter(({ name }) => !configured.has(name))],
    limits: [...settings.limits],
    secrets: [...sources.secrets()],
    purges: [...sources.purges()],
    ratios: [...sources.ratios()],
  };
  const version = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return { version, ...parts };
}
