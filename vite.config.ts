import { readFileSync, readdirSync } from 'node:fs';
import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import { defineConfig, type Plugin } from 'vite';
import bare from './manifest.json' with { type: 'json' };
import own from './package.json' with { type: 'json' };
import { fleetHosts, fleetUpdates } from './scripts/fleet.ts';
import { textOf, type Messages } from './scripts/locales.ts';
import { managedSchema } from './scripts/managed-schema.ts';

const GECKO = {
  id: 'freshtoken@freshtoken.example',
  // The first on all devices that reads the key below; the linter of Mozilla's store requires it.
  strict_min_version: '142.0',
  data_collection_permissions: { required: ['none'] },
};

/** `vite build --mode chrome|firefox`: one manifest, and the differences between the browsers. */
export default defineConfig(({ mode }) => ({
  plugins: [
    crx({ manifest: manifestFor(mode), browser: mode === 'firefox' ? 'firefox' : 'chrome' }),
    textInsteadOfHtml(),
    nothingForPages(),
    rootFiles(),
    icons(),
    licences(),
  ],
  build: {
    outDir: `dist/${mode === 'firefox' ? 'firefox' : 'chrome'}`,
    emptyOutDir: true,
    target: [`chrome${bare.minimum_chrome_version}`, `firefox${Number.parseInt(GECKO.strict_min_version)}`],
    modulePreload: { polyfill: false },
    // The background opens it; the manifest does not name it.
    rolldownOptions: {
      input: ['extension/welcome/index.html'],
      // The background's name has no hash: crxjs lets it depend on the path of the sources.
      output: { chunkFileNames: ({ name }) => `assets/[name]${name === 'main.ts' ? '' : '-[hash]'}.js` },
    },
  },
}));

function manifestFor(mode: string): ManifestV3Export {
  const { version, homepage: homepage_url } = own;
  const manifest = { ...bare, version, homepage_url, ...fleetHosts(process.env['FRESHTOKEN_SITES']) };
  const updates = fleetUpdates(process.env['FRESHTOKEN_UPDATES']);
  if (mode !== 'firefox') return { ...manifest, ...(updates && { update_url: updates.chrome }) };
  // Firefox reads policies without a schema, and knows neither of these keys.
  const { minimum_chrome_version: _version, storage: _schema, ...shared } = manifest;
  return {
    ...shared,
    background: { scripts: [manifest.background.service_worker], type: 'module' },
    browser_specific_settings: { gecko: { ...GECKO, ...(updates && { update_url: updates.firefox }) } },
  } as unknown as ManifestV3Export;
}

/**
 * Our pages never set HTML, and the package contains no code that could: preact's own, for a property that we do not
 * use, sets text instead. The linter of Firefox's store requires that too.
 */
function textInsteadOfHtml(): Plugin {
  return {
    name: 'freshtoken:text-instead-of-html',
    transform(code, id) {
      if (!/node_modules\/preact\/dist\/preact\./.test(id)) return undefined;
      const text = code.replaceAll(/\.innerHTML\s*=(?!=)/g, '.textContent=');
      if (text === code) throw new Error('preact sets HTML in another way than it did');
      return { code: text, map: null };
    },
  };
}

/**
 * A content script that is registered at run time needs no `web_accessible_resources`; crxjs adds them for every site,
 * which would let any page detect the extension. It also leaves a chunk that nothing loads.
 */
function nothingForPages(): Plugin {
  return {
    name: 'freshtoken:nothing-for-pages',
    enforce: 'post',
    renderCrxManifest(built: Record<string, unknown>) {
      delete built['web_accessible_resources'];
      return built;
    },
    generateBundle(_options, bundle) {
      for (const name of Object.keys(bundle)) if (/\.iife\.ts-[\w-]+\.js$/.test(name)) delete bundle[name];
    },
  } as Plugin;
}

/** Messages without what only translators read: eight languages are half of the package. */
function shipped(messages: Messages): Messages {
  return Object.fromEntries(Object.entries(messages).map(([key, entry]) => [key, { message: textOf(entry) }]));
}

/** What browsers want in the package's root: the texts, and the policy's schema. */
function rootFiles(): Plugin {
  const folder = 'extension/_locales';
  return {
    name: 'freshtoken:root-files',
    generateBundle() {
      for (const language of readdirSync(folder)) {
        const file = `${language}/messages.json`;
        const source = JSON.stringify(shipped(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Messages));
        this.emitFile({ type: 'asset', fileName: `_locales/${file}`, source });
      }
      this.emitFile({ type: 'asset', fileName: 'managed-schema.json', source: JSON.stringify(managedSchema()) });
    },
  };
}

/**
 * The licences of the third-party code, which must be included. The content script is built separately and contains no
 * third-party code; a test of the package checks that.
 */
function licences(): Plugin {
  return {
    name: 'freshtoken:licences',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((each) => (each.type === 'chunk' ? each.moduleIds : []));
      const packages = new Set(modules.flatMap((id) => OTHERS.exec(id)?.slice(1).find(Boolean) ?? []));
      const source = [...packages]
        .toSorted()
        .map(licenceOf)
        .join(`\n${'-'.repeat(72)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'third-party-licences.txt', source });
    },
  };
}

/** A package's module, or a helper that the bundler itself adds. */
const OTHERS = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)|^\0(rolldown|vite)\//;

function licenceOf(name: string): string {
  const folder = `node_modules/${name}`;
  const { version, license, repository } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    version: string;
    license: string;
    repository: { url: string };
  };
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
  if (!file) throw new Error(`${name} has no licence in its package`);
  const text = readFileSync(`${folder}/${file}`, 'utf8').trim();
  const source = repository.url.replace(/^git\+|\.git$/g, '');
  return `${name} ${version}, ${license}, from ${source}\n\n${text}\n`;
}

/** The pixels of the states' icons. The manifest does not name them, because the background reads them. */
function icons(): Plugin {
  return {
    name: 'freshtoken:icons',
    generateBundle() {
      for (const file of readdirSync('icons').filter((name) => name.endsWith('.rgba'))) {
        this.emitFile({ type: 'asset', fileName: `icons/${file}`, source: readFileSync(`icons/${file}`) });
      }
    },
  };
}
