/** The strictest policy that a hardened proxy puts before a Jira: only the page's own scripts run, and no style. */
export function strictCsp(nonce: string): string {
  return [
    "default-src 'none'",
    "style-src 'none'",
    // The nonce of a module script holds for what it imports.
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
