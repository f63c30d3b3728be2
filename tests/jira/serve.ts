/** A stand-in Jira over a socket. Run by itself it serves one by hand: `npm run jira -- --profile 9 --port 8080`. */
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { createJira, type Jira } from './jira.ts';
import { PROFILES, USERS, type JiraOptions } from './options.ts';

export interface RunningJira {
  /** Origin and context path, on 127.0.0.1. */
  readonly url: string;
  readonly origin: string;
  readonly jira: Jira;
  close(): Promise<void>;
}

export async function serveJira(
  options: Partial<JiraOptions> & { port?: number } = {},
): Promise<RunningJira> {
  const { port = 0, ...rest } = options;
  const jira = createJira(rest);
  return new Promise((done) => {
    const server = serve({ fetch: jira.app.fetch, port, hostname: '127.0.0.1' }, (address) => {
      const origin = `http://127.0.0.1:${address.port}`;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed());
          // Browsers keep connections open; a closed Jira has none.
          if ('closeAllConnections' in server) server.closeAllConnections();
        });
      done({ origin, url: origin + jira.options.basePath, jira, close });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: '9' },
      port: { type: 'string', default: '8080' },
      base: { type: 'string', default: '' },
      timeout: { type: 'string', default: '300' },
    },
  });
  const profile = PROFILES.find((each) => each === values.profile);
  if (!profile) throw new Error(`--profile: expected one of ${PROFILES.join(', ')}, not ${values.profile}`);
  const { url } = await serveJira({
    profile,
    port: Number(values.port),
    basePath: values.base,
    timeoutMinutes: Number(values.timeout),
    rememberMe: true,
  });
  console.log(`${url}/browse/RAIL-7\nSign in as ${USERS.join(', ')}; the password is the name.`);
}
