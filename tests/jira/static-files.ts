/** The pages' scripts and looks. They don't pass the security filter: they renew no session and bring no token. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { App, Ctx } from './context.ts';
import type { JiraSettings } from './options.ts';

const JQUERY = {
  '1.7': 'jquery-1.7/tmp/jquery.js',
  '2.2': 'jquery-2.2/dist/jquery.js',
  '3': 'jquery-3/dist/jquery.js',
};

export function addStaticFiles(app: App, settings: JiraSettings): void {
  const { basePath, jquery, anatomy, aui, tinymce } = settings;
  const at = `${basePath}/assets`;
  // jQuery 1.7's package has no entry that resolves to the browser's file, so files are named by their path.
  if (jquery !== 'none') app.get('/assets/jquery.js', () => fileOf(packagePath(JQUERY[jquery])));
  if (anatomy === 'real') {
    // Both load files beside their own: fonts, pictures, skins, themes.
    const [auiName, tinymceName] = [`aui-${aui}`, `tinymce-${tinymce}`];
    const auiFolder = dirname(packagePath(`${auiName}/dist/aui/aui-prototyping.js`));
    app.get(`/assets/${auiName}/*`, folder(`${at}/${auiName}`, auiFolder));
    const tinymceFolder = dirname(packagePath(`${tinymceName}/tinymce.js`));
    app.get(`/assets/${tinymceName}/*`, folder(`${at}/${tinymceName}`, tinymceFolder));
  }
  app.get('/assets/*', folder(at, fileURLToPath(new URL('assets', import.meta.url))));
  app.get('/favicon.ico', (c) => c.body(null, 204));
}

/** Serves the files below a folder under an address. */
function folder(address: string, path: string): (c: Ctx) => Response {
  return (c) => {
    const file = normalize(join(path, c.req.path.slice(address.length)));
    return file.startsWith(path) && extname(file) && existsSync(file) ? fileOf(file) : c.body(null, 404);
  };
}

function packagePath(path: string): string {
  return createRequire(import.meta.url).resolve(path);
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.gif': 'image/gif',
};

function fileOf(path: string): Response {
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const headers = { 'Content-Type': type, 'Cache-Control': 'max-age=3600' };
  return new Response(new Uint8Array(readFileSync(path)), { headers });
}
