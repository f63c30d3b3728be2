/** The keys that the user has for the page at hand: manifest.json names them, the options show them. */
import type { ToPage } from '../../src/messages.ts';
import { tellTab } from './tabs.ts';

const COMMANDS: Readonly<Record<string, ToPage>> = {
  'jump-to-banner': { kind: 'jump' },
  'renew-page': { kind: 'renew-aloud' },
};

/** Does what a key says, in the tab that it was pressed in. Where no site is watched nobody hears it. */
export function onCommand(name: string, tabId: number | undefined): void {
  const message = COMMANDS[name];
  if (message && tabId !== undefined) tellTab(tabId, message);
}
