/** The arms of the benchmark: what is installed in the browser that is measured. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fleetHosts } from '../../scripts/fleet.ts';
import type { Kind } from '../e2e/browsers/browser.ts';

export interface Arm {
  /** As the table names it. */
  readonly name: string;
  /** The folder of the extension; null for a browser without one. */
  readonly folder: string | null;
  /** The arm whose cost is subtracted from this one's. */
  readonly base: string | null;
  /** Whether its installation opens a page, as Freshtoken's does if it may watch no site yet. */
  readonly welcomes: boolean;
  /** The id that Firefox knows the extension by. */
  readonly geckoId?: string;
  /** What the foot of a table says about it: its version and its settings. */
  readonly about?: string;
  /** A script that its background runs once, after the installation. */
  readonly setup?: string;
}

export const BARE = 'no extension';
export const BARE_AGAIN = 'no extension, again';
export const EMPTY = 'empty extension';
export const UNWATCHED = 'Freshtoken, site not watched';
export const WATCHED = 'Freshtoken';
export const CONTROL = 'control: 20 ms of work';

/** How long the control's content script works after each load. */
export const CONTROL_MILLIS = 20;

/** The site that all pages of the benchmark belong to. */
const HOST = '127.0.0.1';

const FOLDER = 'build/bench/extensions';

/**
 * Makes the folders of all arms for a browser, from the last build. `peers` are other extensions, as
 * `name=folder,name=folder`, each with an optional script of its settings in `folder.setup.js`; only Chromium gets
 * them. Throws if there is no build, or no extension in a peer's folder.
 */
export function makeArms(kind: Kind, peers = ''): Arm[] {
  const built = `dist/${kind === 'firefox' ? 'firefox' : 'chrome'}`;
  if (!existsSync(`${built}/manifest.json`)) throw new Error(`There is no ${built}: run "npm run build" first`);
  rmSync(`${FOLDER}/${kind}`, { recursive: true, force: true });
  const arm = (name: string, folder: string | null, base: string | null, others: Partial<Arm> = {}): Arm => ({
    name,
    folder,
    base,
    welcomes: false,
    ...others,
  });
  return [
    arm(BARE, null, null),
    arm(BARE_AGAIN, null, BARE),
    arm(EMPTY, makeOther(kind, 'empty', built, ''), BARE, { geckoId: geckoIdOf('empty') }),
    arm(UNWATCHED, copyOf(kind, 'unwatched', built, {}), EMPTY, { welcomes: true, geckoId: geckoIdIn(built) }),
    arm(WATCHED, copyOf(kind, 'watched', built, fleetHosts(`http://${HOST}`)), EMPTY, { geckoId: geckoIdIn(built) }),
    arm(CONTROL, makeOther(kind, 'control', built, SPIN), EMPTY, { geckoId: geckoIdOf('control') }),
    ...(kind === 'chromium' ? peersIn(peers) : []),
  ];
}

/** The arms of the outcomes: no tool, two kinds of tools that many use, Freshtoken, and peers. In Chromium. */
export function makeTools(peers = ''): Arm[] {
  const arms = makeArms('chromium', peers);
  const others = new Set([BARE_AGAIN, EMPTY, UNWATCHED, CONTROL]);
  const [bare, ...rest] = arms.filter(({ name }) => !others.has(name));
  const built = 'dist/chrome';
  const tool = (name: string, work: string): Arm => {
    const folder = makeOther('chromium', name, built, '', work);
    return { name, folder, base: null, welcomes: false };
  };
  return [
    bare!,
    tool('plain keep-alive', ON_ALARM.replace('WORK', KEEP_ALIVE)),
    tool('plain reloader', ON_ALARM.replace('WORK', RELOAD)),
    ...rest,
  ];
}

const ON_ALARM = `chrome.alarms.create({ periodInMinutes: 5 });
chrome.alarms.onAlarm.addListener(async () => {
  for (const tab of await chrome.tabs.query({ url: 'http://${HOST}/*' })) WORK;
});`;
const KEEP_ALIVE =
  'void chrome.scripting.executeScript({ target: { tabId: tab.id }, func: () => void fetch(location.href) })';
const RELOAD = 'void chrome.tabs.reload(tab.id)';

/** Works when the load is over: during it, other threads take the cores, so 20 ms by the clock are less of CPU. */
const SPIN = `addEventListener('load', () => setTimeout(() => {
  for (const began = performance.now(); performance.now() < began + ${CONTROL_MILLIS}; );
}, 200));`;

interface Manifest extends Record<string, unknown> {
  readonly version: string;
  readonly permissions: string[];
  readonly background: object;
  readonly browser_specific_settings?: { readonly gecko: { readonly id: string } };
}

/** Another extension with Freshtoken's permissions for the site, and with these scripts. */
function makeOther(kind: Kind, name: string, built: string, script: string, inBackground = ''): string {
  const { permissions, browser_specific_settings: settings } = manifestIn(built);
  const folder = join(FOLDER, kind, name);
  mkdirSync(folder, { recursive: true });
  const background =
    kind === 'firefox' ? { scripts: ['background.js'], type: 'module' } : { service_worker: 'background.js' };
  const manifest = {
    manifest_version: 3,
    name: `Benchmark: ${name}`,
    version: '1.0',
    permissions,
    ...fleetHosts(`http://${HOST}`),
    background,
    content_scripts: [{ matches: [`http://${HOST}/*`], js: ['content.js'], run_at: 'document_start' }],
    ...(settings && { browser_specific_settings: { gecko: { ...settings.gecko, id: geckoIdOf(name) } } }),
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'background.js'), `${inBackground || 'void 0;'}\n`);
  writeFileSync(join(folder, 'content.js'), `${script || 'void 0;'}\n`);
  return folder;
}

/** The build with some more in its manifest, such as the hosts of a build for a fleet. */
function copyOf(kind: Kind, name: string, built: string, more: object): string {
  const folder = join(FOLDER, kind, name);
  cpSync(built, folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifestIn(built), ...more }));
  return folder;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
}

function geckoIdOf(name: string): string {
  return `${name}@benchmark.example`;
}

function geckoIdIn(folder: string): string {
  return manifestIn(folder).browser_specific_settings?.gecko.id ?? '';
}

function peersIn(list: string): Arm[] {
  return list
    .split(',')
    .filter(Boolean)
    .map((entry) => {
      const [name = '', folder = ''] = entry.split('=');
      if (!name || !existsSync(join(folder, 'manifest.json')))
        throw new Error(`PEERS: "${entry}": expected name=folder, with an extension's manifest.json in the folder`);
      const file = `${resolve(folder)}.setup.js`;
      const setup = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const settings = /^\/\/ (.+)/.exec(setup)?.[1] ?? 'as installed';
      const about = `version ${manifestIn(folder).version}, ${settings}`;
      return { name, folder: resolve(folder), base: EMPTY, welcomes: false, about, setup };
    });
}
