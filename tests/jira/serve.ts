/** A stand-in Jira over a socket. Run by itself it serves one by hand: `npm run jira -- --profile 9 --port 8080`. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { createJira, type Jira } from './jira.ts';
import { PROFILES, type JiraOptions } from './options.ts';

export interface RunningJira {
  /** Origin and context path. */
  readonly url: string;
  readonly origin: string;
  readonly jira: Jira;
  /** Breaks all connections and accepts no more. */
  close(): Promise<void>;
  /** Is there again where it was, after `close`. */
  reopen(): Promise<void>;
}

export interface ServeOptions extends JiraOptions {
  readonly port?: number;
  /** The name in its url: any name that ends in `localhost` leads here in browsers. */
  readonly host?: string;
  readonly tls?: boolean;
}

/** Serves on 127.0.0.1, and on a free port if none is given; over https if `tls` is set. */
export async function serveJira(options: ServeOptions = {}): Promise<RunningJira> {
  const { port = 0, host = '127.0.0.1', tls = false, ...rest } = options;
  const jira = createJira(rest);
  return new Promise((done, failed) => {
    const secure = tls && { createServer, serverOptions: { key: read('key'), cert: read('certificate') } };
    const server = serve({ fetch: jira.app.fetch, port, hostname: '127.0.0.1', ...secure }, (address) => {
      const origin = `${tls ? 'https' : 'http'}://${host}:${address.port}`;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed());
          // Browsers keep connections open; a closed Jira has none.
          if ('closeAllConnections' in server) server.closeAllConnections();
        });
      const reopen = (): Promise<void> =>
        new Promise((opened) => void server.listen(address.port, '127.0.0.1', () => opened()));
      done({ origin, url: origin + jira.options.basePath, jira, close, reopen });
    });
    server.on('error', failed);
  });
}

/** A certificate of nobody's, for tests alone. */
function read(what: 'key' | 'certificate'): string {
  return readFileSync(new URL(`tls/${what}.pem`, import.meta.url), 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serveByHand();

async function serveByHand(): Promise<void> {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: '9' },
      port: { type: 'string', default: '8080' },
      base: { type: 'string', default: '' },
      timeout: { type: 'string', default: '300' },
      'server-id': { type: 'string' },
      csp: { type: 'boolean', default: false },
      real: { type: 'boolean', default: false },
    },
  });
  const profile = PROFILES.find((each) => each === values.profile);
  if (!profile) throw new Error(`--profile: expected one of ${PROFILES.join(', ')}, not ${values.profile}`);
  const serverId = values['server-id'];
  const { url, jira } = await serveJira({
    profile,
    port: Number(values.port),
    basePath: values.base,
    timeoutMinutes: Number(values.timeout),
    strictCsp: values.csp,
    anatomy: values.real ? 'real' : 'plain',
    rememberMe: true,
    ...(serverId && { serverId }),
  });
  const names = jira.options.users.map(({ name }) => name).join(', ');
  console.log(`${url}/browse/RAIL-7\nSign in as ${names}; the password is the name.`);
}
