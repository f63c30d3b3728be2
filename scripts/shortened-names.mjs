/**
 * Names of members that the build may shorten in the content script: those that only it uses, and that save bytes.
 * Messages keep their names, and so do attempts, which an older version of the script passes on to a newer one.
 */
import { readFileSync, readdirSync } from 'node:fs';

const CONTENT_SCRIPT_ALONE = {
  guardAndFailures:
    'addAttempt failures forgetDiscarded forgetBlocked hasReleasableFiles isForced isReleasable isReleasing ' +
    'maySendAnyway nextTask noteAccepted notePassed onError parkedAs queueState recheckParked releasedCount remember ' +
    'resumeParked sendableAnyway takeOverParked tryAgain undoDiscard wasParked changedFiles',
  pageSession:
    'evidenceOf forgetSilence visibleCookie isFromStart isProven isUnreadable filesLostAt ensureAccepted mayPass prove ' +
    'readCookie readPage takeSharedProof currentVisit',
  monitorAndBanner:
    'announce selfRenewal hasSnapshot showSnapshot isGuardOn hasLostFormFiles timed isCheckSlow doneView discardedView ' +
    'checkingView failedView lostView refusalView verdictView onRead refusal dismissed scheduleRefresh prepareForInput ' +
    'showAttempts noteUserArrival noteArrival noteDelivery waitingAttempts parkedFiles observeToken',
  proofScheduler: 'noteRenewal noteQuestion resetDelays isDueAtWork',
  placeAndSite: 'isInFront isShown includesAddress includesForms includesText',
};

/** Members of modules that other scripts include too, each with its own copy: none of them is in a message. */
const SHARED_MODULES = {
  token: 'hasBlanks replacedIn isIn revealInPlaceOf statedTimeoutMinutes traits writtenInto',
  verdict: 'hasReturned hasWaitingAttempts isUserPresent hasParkedFiles signedOutForMillis',
  bannerAndViews: 'dismiss sendAnyway losesInput closeButton isUrgent orphanMessage press sentence',
};

export const SHORTENED_NAMES = Object.values({ ...CONTENT_SCRIPT_ALONE, ...SHARED_MODULES }).flatMap((names) =>
  names.split(' '),
);

/**
 * Why a name may not be shortened; undefined if it may. Takes the content script with its names and as shipped, and
 * all other scripts of the package, which keep their names: messages are among them.
 */
export function whyNot(name, long, short, others) {
  const [word, member] = [new RegExp(`\\b${name}\\b`), new RegExp(`^\\s+(?:\\w+ )*${name}\\??[:(<]`, 'm')];
  if (BROWSERS.some((types) => member.test(types))) return 'browsers have a member of this name';
  if (HANDED_ON.some((types) => member.test(types))) return 'a newer copy of the script reads it';
  if (MESSAGE_TYPES.some((types) => new RegExp(`\\b${name}\\??:`).test(types)))
    return 'a message has a field of this name';
  if (!isOfSharedModule(name) && word.test(others)) return 'another script of the package uses it';
  // Terser skips names that it knows from browsers, and text.
  if (word.test(short)) return 'it is still in the script';
  return word.test(long) ? undefined : 'nothing uses it';
}

const isOfSharedModule = (name) => Object.values(SHARED_MODULES).join(' ').split(' ').includes(name);
const read = (file) => readFileSync(file, 'utf8');
const COMPILER = readdirSync('node_modules/@typescript').find((folder) => folder.startsWith('typescript-'));
const BROWSERS = [`@typescript/${COMPILER}/lib/lib.dom.d.ts`, '@types/chrome/index.d.ts'].map((file) =>
  read(`node_modules/${file}`),
);
const HANDED_ON = [
  'src/guard/attempt-queue.ts',
  'extension/content/guard/attempt.ts',
  'extension/content/script-lifecycle.ts',
].map((file) => /interface (?:Attempt|PageAttempt|HandedOn) [^]*?\n\}/.exec(read(file))[0]);
/** The messages and their parts. */
const MESSAGE_TYPES = [
  ...[
    'messages/protocol',
    'messages/schemas',
    'settings/definitions',
    'session/session-clock',
    'session/proof-request',
  ].map((name) => read(`src/${name}.ts`)),
  /type Verdict =[^]*?;\n\n/.exec(read('src/verdict/verdict.ts'))[0],
];
