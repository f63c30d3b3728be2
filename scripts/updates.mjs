/** The files by which browsers learn of a new version on a server of an organisation's own: docs/admin.md. */

const EXAMPLE = 'https://extensions.example/freshtoken';

/**
 * Takes both built manifests and the id under which the package for Chrome is signed; gives the text of each file. The
 * packages say from where they are updated if they were built with `FRESHTOKEN_UPDATES`; else an example stands in.
 * Throws if the id is none.
 */
export function updateFiles(chrome, firefox, extensionId = 'EXTENSION_ID') {
  if (!/^([a-p]{32}|EXTENSION_ID)$/.test(extensionId))
    throw new Error(`FRESHTOKEN_EXTENSION_ID: "${extensionId}": expected 32 letters from a to p`);
  const { gecko } = firefox.browser_specific_settings;
  const from = chrome.update_url?.replace(/\/updates\.xml$/, '') ?? EXAMPLE;
  const crx = `${from.replaceAll('&', '&amp;')}/freshtoken.crx`;
  const update = {
    version: firefox.version,
    update_link: `${from}/freshtoken.xpi`,
    applications: { gecko: { strict_min_version: gecko.strict_min_version } },
  };
  return {
    'updates.xml': `<?xml version="1.0" encoding="UTF-8"?>
<gupdate xmlns="http://www.google.com/update2/response" protocol="2.0">
  <app appid="${extensionId}">
    <updatecheck codebase="${crx}" version="${chrome.version}" prodversionmin="${chrome.minimum_chrome_version}"/>
  </app>
</gupdate>
`,
    'updates.json': `${JSON.stringify({ addons: { [gecko.id]: { updates: [update] } } }, null, 2)}\n`,
  };
}
