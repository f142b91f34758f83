#!/usr/bin/env node
// The way in for `npx sightline` under any Node: plain JavaScript that finds a Node of version 24 or later, which runs
// the TypeScript of this package as it stands, and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const here = path.dirname(fileURLToPath(import.meta.url));
const main = path.join(here, 'main.ts');

if (here.split(path.sep).includes('node_modules')) {
  // ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING: Node does not run TypeScript below node_modules.
  refuse('Sightline runs from its own folder, not from inside node_modules: clone it, run npm install there.');
} else if (Number(process.versions.node.split('.')[0]) >= needed) {
  await import(main);
} else {
  const node = installedNode(here);
  if (node) handOver(node);
  else
    refuse(
      `Sightline needs Node ${needed} or later, and this is ${process.versions.node}.\n` +
        `Run "npm install" in ${path.dirname(here)}: it brings a Node ${needed} along. Or install one from https://nodejs.org.`,
    );
}

/** The node that npm's package `node` puts beside the other programs of this package. */
function installedNode(folder) {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [
    path.join(folder, '../node_modules/node/bin', program),
    path.join(folder, '../node_modules/.bin', program),
  ];
  return candidates.find((file) => existsSync(file));
}

function handOver(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child too, through the terminal; a plain kill of this process must be passed on.
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => {});
  child.on('error', (error) => refuse(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
