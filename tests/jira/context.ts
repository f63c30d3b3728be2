/** What the routes of one Jira share. */
import type { Context, Hono, Next as HonoNext } from 'hono';
import type { Attachments } from './attachments.ts';
import type { JiraSettings } from './options.ts';
import { frame, type Frame, type Markup } from './pages/frame.ts';
import { realFrame } from './pages/real/frame.ts';
import type { Security, Visit } from './security.ts';
import type { Sessions } from './sessions.ts';
import { checkToken, type TokenCheck } from './token-check.ts';

export interface Env {
  Variables: { visit: Visit; nonce: string };
  /** The connection, over a socket only. */
  Bindings: { outgoing?: { destroy(): void } };
}
export type App = Hono<Env>;
export type Ctx = Context<Env>;
export type Next = HonoNext;
export type Middleware = (c: Ctx, next: Next) => Promise<Response | void>;

export interface Comment {
  readonly issue: string;
  readonly user: string;
  readonly body: string;
}

/** State changed by links and forms: what, and in whose name. */
export interface Change {
  readonly what: string;
  readonly user: string;
}

/** What a customer sent from the portal. */
export interface PortalRequest {
  readonly user: string;
  readonly description: string;
  /** Of the files that its session still had. Those of an earlier session are missing without a word. */
  readonly files: readonly string[];
}

export interface Parts {
  readonly settings: JiraSettings;
  readonly sessions: Sessions;
  readonly security: Security;
  readonly attachments: Attachments;
  readonly comments: Comment[];
  readonly changes: Change[];
  /** The summaries that were edited, by issue. */
  readonly summaries: Map<string, string>;
  readonly portalRequests: PortalRequest[];
}

export function page(
  { settings }: Parts,
  c: Ctx,
  about: Frame,
  body: Markup,
  status: 200 | 403 = 200,
): Response | Promise<Response> {
  const draw = settings.anatomy === 'real' ? realFrame : frame;
  return c.html(draw(settings, c.get('visit'), c.get('nonce'), about, body), status);
}

export function check({ settings }: Parts, c: Ctx, given: string | undefined): TokenCheck {
  return checkToken(c.get('visit'), given, settings.profile);
}

/** What a script's request is told when its token isn't accepted; undefined if it is. */
export function refusal(parts: Parts, c: Ctx, given: string | undefined): Response | undefined {
  switch (check(parts, c, given)) {
    case 'accepted':
      return undefined;
    case 'not-signed-in':
      return c.json({ errorMessage: 'You are not signed in.' }, 401);
    case 'missing-token':
      // With a token that a page could go on with: see "What happens at an upload".
      return c.json({ errorMessage: 'XSRF check failed: missing token', token: c.get('visit').token }, 500);
  }
}
