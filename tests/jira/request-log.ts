/** A log of every request that tests count from. */
import type { Ctx, Middleware } from './context.ts';
import type { JiraSettings } from './options.ts';

export interface LoggedRequest {
  readonly method: string;
  /** Without the context path. */
  readonly path: string;
  /** With its tokens left out. */
  readonly query: string;
  /** `anonymous` where nobody is signed in. */
  user: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** 0 while there is no answer; 444 where the connection was broken instead. */
  status: number;
  /** Whether it asked Jira to skip the check, which this product never does. */
  readonly noCheck: boolean;
}

/** Writes each request down, also those that a fault keeps from an answer. */
export function logInto(log: LoggedRequest[], { basePath, clock }: JiraSettings): Middleware {
  return async (c, next) => {
    const entry: LoggedRequest = {
      method: c.req.method,
      path: c.req.path.slice(basePath.length),
      query: queryOf(c.req.url),
      user: 'anonymous',
      at: clock.now(),
      status: 0,
      noCheck: skipsCheck(c),
    };
    log.push(entry);
    await next();
    entry.status = c.res.status;
    entry.user = c.get('visit')?.user || 'anonymous';
  };
}

export function skipsCheck(c: Ctx): boolean {
  return c.req.header('X-Atlassian-Token') === 'no-check';
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at).replaceAll(/((?:atl_token|formToken)=)[^&]*/g, '$1…');
}
