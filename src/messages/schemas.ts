/**
 * Validates once what comes from outside (messages, storage), also its length: what a page makes up must not fill a
 * store. Inside, types are trusted. The content script imports none of this: the library would be half of its size.
 */
import * as z from 'zod/mini';
import { isSiteAddress } from '../jira/site-address.ts';
import type { PastVerdict } from '../verdict/verdict-history.ts';
import type { TabState, ToBackground } from './protocol.ts';
import { LONGEST_ADDRESS, LONGEST_NAME, LONGEST_VERSION, type Site } from '../jira/page.ts';
import { PRESENTATIONS } from '../verdict/presentation.ts';
import { SILENCES, type Proof } from '../session/proof-request.ts';
import type { SessionRecord } from '../session/session-clock.ts';
import { MAX_TIMEOUT_MINUTES } from '../settings/definitions.ts';
import type { CookieChange } from '../session/cookie-changes.ts';
import type { VerdictName } from '../verdict/verdict.ts';

const site = z.pipe(
  z.string().check(z.refine(isSiteAddress, 'expected an origin and a context path')),
  z.transform((text) => text as Site),
);

/** A rule of our own that applies to texts alone: the library's reads the length of any value. */
const isUpTo = (length: number) => z.refine<string>((text) => text.length <= length);
const upTo = (length: number) => z.string().check(isUpTo(length));
const user = upTo(LONGEST_NAME);
/** Jira's hash of a session, a cluster's node, a cookie store. */
const sign = upTo(128);
const digest = z.string().check(z.regex(/^[0-9a-f]{8}$/));
/** Epoch milliseconds, from 1970 to 2286: a `Date` far beyond that is invalid, and can't be shown. */
const time = z.number().check(z.gte(0), z.lte(1e13));

const traits = z.object({ digest, login: z.enum(['lin', 'lout']), serverId: z.optional(upTo(64)) });

const proofFields = {
  at: time,
  cookieDigest: z.optional(digest),
  isCertain: z.optional(z.boolean()),
  silentAt: z.optional(time),
  session: z.optional(sign),
  node: z.optional(sign),
};
const proof = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('signed-in'), user, ...proofFields }),
  z.object({ outcome: z.literal('anonymous'), ...proofFields }),
  z.object({ outcome: z.enum(SILENCES), ...proofFields }),
]);

const timeoutMinutes = z.number().check(z.positive(), z.lte(MAX_TIMEOUT_MINUTES));

const evidence = z.object({
  product: z.enum(['jira', 'portal', 'cloud']),
  version: z.optional(upTo(LONGEST_VERSION)),
  pageUser: z.optional(user),
  pageToken: z.optional(traits),
  cookieToken: z.optional(traits),
  isCookieUnreadable: z.optional(z.boolean()),
  isCrowded: z.optional(z.boolean()),
  relation: z.optional(z.enum(['equal', 'same-server', 'other-server'])),
  clock: z.optional(z.object({ lastContact: time, timeoutMinutes })),
  proof: z.optional(proof),
  renewedFrom: z.optional(digest),
  isAdopted: z.optional(z.boolean()),
});

const verdictName = z.enum(Object.keys(PRESENTATIONS) as VerdictName[]);

/** A page reports a hundred names at most: nobody drops more, except by mistake. */
const MAX_FILES = 100;

/** Cut rather than refused: the UI says that files are parked, whatever they are called. */
const fileNames = z.pipe(
  z.array(z.string()),
  z.transform((names) => names.slice(0, MAX_FILES).map((name) => name.slice(0, LONGEST_NAME))),
);

const pageReport = {
  document: upTo(30),
  address: z.url().check(isUpTo(LONGEST_ADDRESS)),
  site,
  issue: z.optional(upTo(64)),
  evidence,
  loadedAt: z.optional(time),
  files: fileNames,
};

const tabState = z.object({
  ...pageReport,
  storeId: sign,
  isPrivate: z.boolean(),
  isSpared: z.optional(z.boolean()),
  lostFiles: z.optional(fileNames),
  shown: z.optional(verdictName),
});

const statedMinutes = z.optional(z.int().check(z.gte(1), z.lte(MAX_TIMEOUT_MINUTES)));

/** What is stored for a session (a site and cookie store). */
export interface SessionValues {
  readonly session: SessionRecord;
  /** The latest, from any tab. */
  readonly proof: Proof;
  /** The changes of the cookie in the last minutes. */
  readonly cookieChanges: readonly CookieChange[];
  /** The verdicts of its pages, the latest last. */
  readonly history: PastVerdict[];
  /** Whether Jira answered a question of ours with a login challenge. */
  readonly challenged: boolean;
}

const sessionValues: { readonly [Kind in keyof SessionValues]: z.ZodMiniType<SessionValues[Kind]> } = {
  session: z.object({ began: time, lastContact: time, statedMinutes, session: z.optional(sign) }),
  proof,
  cookieChanges: z.array(z.extend(traits, { at: time })),
  history: z.array(z.object({ at: time, tabId: z.int(), verdict: verdictName })),
  challenged: z.boolean(),
};

const toBackground = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('report'), ...pageReport, contactAt: z.optional(time), statedMinutes }),
  z.object({ kind: z.literal('cookie'), site, address: pageReport.address }),
  z.object({ kind: z.literal('ask'), site, version: upTo(LONGEST_VERSION), isPressed: z.boolean() }),
  z.object({ kind: z.literal('gone'), document: pageReport.document }),
  z.object({ kind: z.literal('no-jira') }),
  z.object({ kind: z.literal('renew-always'), site }),
]);

/** A message, or null: one that is not valid comes from a copy of another version, and gets no answer. */
export function readToBackground(value: unknown): ToBackground | null {
  return toBackground.safeParse(value).data ?? null;
}

/** A tab's state from storage, or null. */
export function readTabState(value: unknown): TabState | null {
  return tabState.safeParse(value).data ?? null;
}

/** What is stored for a session, by its kind; undefined if there is nothing, or nothing valid. */
export function readSessionValue<Kind extends keyof SessionValues>(
  kind: Kind,
  value: unknown,
): SessionValues[Kind] | undefined {
  return sessionValues[kind].safeParse(value).data;
}

export function isSessionValue(kind: string): kind is keyof SessionValues {
  return Object.hasOwn(sessionValues, kind);
}
