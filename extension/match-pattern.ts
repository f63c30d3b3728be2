/** Match patterns: how browsers name what may be asked for. */

/** The pattern that asks for one origin (it takes no port); null for what is no web page. */
export function patternOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname } = new URL(url);
  return /^https?:$/.test(protocol) ? `${protocol}//${hostname}/*` : null;
}
