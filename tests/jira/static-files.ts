/** The pages' scripts and looks. They don't pass the security filter: they renew no session and bring no token. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { App } from './context.ts';
import type { JiraSettings } from './options.ts';

const JQUERY = {
  '1.7': 'jquery-1.7/tmp/jquery.js',
  '2.2': 'jquery-2.2/dist/jquery.js',
  '3': 'jquery-3/dist/jquery.js',
};
const FILES = ['jira.css', 'jira.js', 'attaching.js', 'attach.js', 'dialogs.js', 'trusted-types.js'];

export function addStaticFiles(app: App, { jquery }: JiraSettings): void {
  for (const file of FILES) {
    app.get(`/assets/${file}`, (c) => c.body(asset(file), 200, headersOf(file)));
  }
  if (jquery !== 'none') {
    app.get('/assets/jquery.js', (c) => c.body(dependency(JQUERY[jquery]), 200, headersOf('jquery.js')));
  }
  app.get('/favicon.ico', (c) => c.body(null, 204));
}

function asset(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`assets/${file}`, import.meta.url)));
}

/** jQuery 1.7's package has no entry that resolves to the browser's file, so files are named by their path. */
function dependency(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(createRequire(import.meta.url).resolve(path)));
}

function headersOf(file: string): Record<string, string> {
  const type = file.endsWith('.css') ? 'text/css' : 'text/javascript';
  return { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'max-age=3600' };
}
