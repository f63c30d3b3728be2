/** What can go wrong between the browser and Jira; tests set and clear it while the server runs. */
import type { Ctx, Next } from './context.ts';

export type Fault = 'html' | 'never' | 'bad-gateway' | 'sso-redirect' | 'hang-up' | { delayMillis: number };

export interface Faults {
  /** Of the questions who is signed in. */
  proof?: Fault | undefined;
  /** Of uploads, before Jira has seen them. */
  upload?: Fault | undefined;
  /** Of every request. */
  everything?: Fault | undefined;
  /** A cluster without sticky sessions: every other request reaches the node that doesn't know the session (case 8). */
  noStickySessions?: boolean;
}

/** What proxies log where they closed a connection without an answer. */
export const HUNG_UP = 444;

/** Does to a request what the fault says; without one, goes on. */
export async function withFault(fault: Fault | undefined, c: Ctx, next: Next): Promise<Response | void> {
  switch (fault) {
    case undefined:
      return next();
    case 'html':
      return c.html('<h1>Welcome to the portal</h1>');
    case 'bad-gateway':
      return c.html('<h1>502 Bad Gateway</h1>', 502);
    case 'sso-redirect':
      return c.redirect('http://sso.localhost:1/login');
    case 'hang-up':
      // Over a socket the connection breaks; in memory the status tells the browser.
      c.env?.outgoing?.destroy();
      return new Response(null, { status: HUNG_UP });
    case 'never':
      return new Promise(() => undefined);
    default:
      await new Promise((done) => setTimeout(done, fault.delayMillis));
      return next();
  }
}
