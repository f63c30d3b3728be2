/** Names, comments and documents use the terms of docs/architecture.md, and not those that they replaced. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Words that were misleading, each with the term that replaced it. */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/\btellers?\b/i, 'banner controller'],
  [/\b(lookSoon|sights?|gather\()/i, 'scheduleRefresh, snapshot'],
  [/\binquir(y|ies)\b/i, 'page session'],
  [/\bjars?\b/i, 'session, cookie store'],
  [/\bholders?\b/i, 'cookie owner'],
  [/\b(withTurn|troubleIn|inTurn)\b/, 'cookie changes, serialize'],
  [/\b(may|wont)-prove\b/, 'proof lock'],
  [/\bnews\b/i, 'changes'],
  [/\b(let be|letBe|handed over|handedOver)\b/i, 'blocked, released'],
  [/\b(heldBack|keepsFiles)\b/, 'guard state, hasParkedFiles'],
  [/\bgiv(e|ing)-?(back|Back)\b/, 'revoke site'],
  [/\bbeginLife\b/, 'startLifecycle'],
  [/\b(untold|unheard)\b/i, 'unreported, unacknowledged'],
  [/\bbreath\b/i, 'settle delay'],
  [/\bsurfaces?\b/i, 'UI'],
  [/\b(hear(Events|Requests|Background)|tell(Background|Tab|In)|haveLook)\b/, 'listen, observe, send, refresh'],
  [/\b(goers?|(mayG|g)oAnyway)\b/, 'sendableAnyway, sendAnyway'],
  [/\b(makeSure|hasWaited|holdsBack|heldView)\b/, 'ensureAccepted, wasParked, hasWaitingAttempts, checkingView'],
  [/\b(userCame|hasCome|lastWord|glimpseCookie)\b/, 'noteUserArrival, hasReturned, orphanMessage, visibleCookie'],
  [/\b(keptIn|readKept|keepTab|paint(Tab|All))\b/, 'storedValue, readSessionValue, storeTabState, updateBadge'],
  [/\b(askedSite|originAsked|siteMeantBy|isLeftOpen|isNamedForSure)\b/i, 'the names of what they give or check'],
  [/\b(inWorld|atAnIssue|aliceIn|byTurns)\b/, 'scenario, signedInTest, inOneBrowser'],
];

const PLACES = [
  'src',
  'extension',
  'scripts',
  'tests/unit',
  'tests/integration',
  'tests/fuzz',
  'tests/e2e',
  'tests/visual',
  'tests/serial',
  'tests/bench',
  'tests/matrix',
  'tests/package',
  'tests/fixtures',
  'docs',
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'PRIVACY.md',
  'SECURITY.md',
  'store',
];

test.each(PLACES)('%s uses no replaced word', (place) => {
  const faults = filesIn(place).flatMap((file) =>
    [file, ...readFileSync(file, 'utf8').split('\n')].flatMap((line, at) =>
      REPLACED.filter(([word]) => word.test(line)).map(([, term]) => `${file}:${at}: write "${term}"`),
    ),
  );
  expect(faults).toEqual([]);
});

function filesIn(place: string): string[] {
  if (place.endsWith('.md')) return [place];
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|tsx|js|mjs|css|html|md)$/.test(file) && file !== 'vocabulary.test.ts')
    .map((file) => `${place}/${file}`);
}
