import { browser } from './browser.ts';

/**
 * The attributes of the link to the project's issues. A click opens them in a new tab, and nothing goes with it. The
 * build takes the project's address from `homepage` in package.json.
 */
export function issuesLink() {
  const { homepage_url } = browser.runtime.getManifest();
  return { href: `${homepage_url}/issues`, target: '_blank', rel: 'noreferrer' };
}
