/**
 * Validates once what comes from outside (messages, storage), also its length: what a page makes up must not fill a
 * store. Inside, types are trusted. The content script imports none of this: the library would be half of its size.
 */
import * as z from 'zod/mini';
import { isAddress, siteMeantBy } from '../jira/site-address.ts';
import type { Past } from '../verdict/history.ts';
import type { TabState, ToBackground } from './protocol.ts';
import { LONGEST_ADDRESS, LONGEST_NAME, LONGEST_VERSION, type Site } from '../jira/page.ts';
import { SHOWN } from '../verdict/presentation.ts';
import { SILENCES, type Proof } from '../session/session-check.ts';
import type { Expected, SettingFault } from '../settings/setting-error.ts';
import type { SessionRecord } from '../session/clock.ts';
import { DEFAULT_SETTINGS, MOST_TIMEOUT_MINUTES, type OwnSettings, type Settings } from '../settings/settings.ts';
import type { CookieChange } from '../session/cookie-changes.ts';
import type { VerdictName } from '../verdict/verdict.ts';

const site = z.pipe(
  z.string().check(z.refine(isAddress, 'expected an origin and a context path')),
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

const answered = {
  at: time,
  cookieDigest: z.optional(digest),
  isCertain: z.optional(z.boolean()),
  silentAt: z.optional(time),
  session: z.optional(sign),
  node: z.optional(sign),
};
const proof = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('signed-in'), user, ...answered }),
  z.object({ outcome: z.literal('anonymous'), ...answered }),
  z.object({ outcome: z.enum(SILENCES), ...answered }),
]);

const evidence = z.object({
  product: z.enum(['jira', 'portal', 'cloud']),
  version: z.optional(upTo(LONGEST_VERSION)),
  pageUser: z.optional(user),
  pageToken: z.optional(traits),
  cookieToken: z.optional(traits),
  isCookieUnreadable: z.optional(z.boolean()),
  isCrowded: z.optional(z.boolean()),
  relation: z.optional(z.enum(['equal', 'same-server', 'other-server'])),
  clock: z.optional(z.object({ lastContact: time, timeoutMinutes: minutes() })),
  proof: z.optional(proof),
  renewedFrom: z.optional(digest),
  isAdopted: z.optional(z.boolean()),
});

const verdictName = z.enum(Object.keys(SHOWN) as VerdictName[]);

/** A page reports a hundred names at most: nobody drops more, except by mistake. */
const MOST_FILES = 100;

/** Cut rather than refused: the UI says that files are parked, whatever they are called. */
const fileNames = z.pipe(
  z.array(z.string()),
  z.transform((names) => names.slice(0, MOST_FILES).map((name) => name.slice(0, LONGEST_NAME))),
);

const told = {
  document: upTo(30),
  address: z.url().check(isUpTo(LONGEST_ADDRESS)),
  site,
  issue: z.optional(upTo(64)),
  evidence,
  loadedAt: z.optional(time),
  files: fileNames,
};

const tabState = z.object({
  ...told,
  storeId: sign,
  isPrivate: z.boolean(),
  isSpared: z.optional(z.boolean()),
  lostFiles: z.optional(fileNames),
  shown: z.optional(verdictName),
});

const statedMinutes = z.optional(z.int().check(z.gte(1), z.lte(MOST_TIMEOUT_MINUTES)));

/** What is stored for a session (a site and cookie store). */
export interface Kept {
  readonly session: SessionRecord;
  /** The latest, from any tab. */
  readonly proof: Proof;
  /** The changes of the cookie in the last minutes. */
  readonly cookieChanges: CookieChange[];
  /** The verdicts of its pages, the latest last. */
  readonly history: Past[];
  /** Whether Jira answered a question of ours with a login challenge. */
  readonly challenged: boolean;
}

const kept: { readonly [Kind in keyof Kept]: z.ZodMiniType<Kept[Kind]> } = {
  session: z.object({ began: time, lastContact: time, statedMinutes, session: z.optional(sign) }),
  proof,
  cookieChanges: z.array(z.extend(traits, { at: time })),
  history: z.array(z.object({ at: time, tabId: z.int(), verdict: verdictName })),
  challenged: z.boolean(),
};

const toBackground = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('report'), ...told, contactAt: z.optional(time), statedMinutes }),
  z.object({ kind: z.literal('cookie'), site, address: told.address }),
  z.object({ kind: z.literal('ask'), site, version: upTo(LONGEST_VERSION), isPressed: z.boolean() }),
  z.object({ kind: z.literal('gone'), document: told.document }),
  z.object({ kind: z.literal('no-jira') }),
  z.object({ kind: z.literal('renew-always'), site }),
]);

/** The error messages name what was expected. */
const settings: { readonly [Field in keyof OwnSettings]-?: z.ZodMiniType<OwnSettings[Field]> } = {
  warningMinutes: minutes('minutes'),
  timeoutMinutes: minutes('minutes'),
  staySignedIn: z.boolean('boolean'),
  banner: z.boolean('boolean'),
  guard: z.enum(['on', 'off'], 'guard'),
  renew: z.enum(['ask', 'auto'], 'renew'),
};

const FIELDS = Object.keys(settings);

/** A message, or null: one that is not valid comes from a copy of another version, and gets no answer. */
export function readToBackground(value: unknown): ToBackground | null {
  return toBackground.safeParse(value).data ?? null;
}

/** A tab's state from storage, or null. */
export function readTabState(value: unknown): TabState | null {
  return tabState.safeParse(value).data ?? null;
}

/** What is stored for a session, by its kind; undefined if there is nothing, or nothing valid. */
export function readKept<Kind extends keyof Kept>(kind: Kind, value: unknown): Kept[Kind] | undefined {
  return kept[kind].safeParse(value).data;
}

export function isKept(kind: string): kind is keyof Kept {
  return Object.hasOwn(kept, kind);
}

/**
 * The settings that apply: the policy's; else those of the last narrower layer; else those for all sites. Each field
 * is validated by itself: a bad one falls back and does not affect the others. Unknown fields are ignored.
 */
export function readSettings(stored: unknown, policy: unknown = {}, ...narrower: unknown[]): Settings {
  const layers = [stored, ...narrower].map((layer) => soundFields(layer ?? {}, 'settings').fields);
  const { timeoutMinutes: setTimeoutMinutes, ...set }: OwnSettings = Object.assign({}, ...layers);
  const { timeoutMinutes: policyTimeoutMinutes, ...locked } = soundFields(policy ?? {}, 'policy').fields;
  const isRenewLocked = 'renew' in locked || undefined;
  return { ...DEFAULT_SETTINGS, ...set, ...locked, policyTimeoutMinutes, setTimeoutMinutes, isRenewLocked };
}

/** Settings that somebody wrote (a file, a policy): the valid ones, and why each of the others was refused. */
export function readOwnSettings(value: unknown, where: string): { fields: OwnSettings; refused: SettingFault[] } {
  const { fields, refused } = soundFields(value, where);
  return { fields, refused: [...refused, ...unknownFields(value, where, FIELDS)] };
}

/**
 * An administrator's settings, and the organisation's Jiras, which a policy can name but only the user can grant. Each
 * setting and each address is validated by itself; `refused` names the ones that are not valid, and what was expected.
 */
export function readPolicy(value: unknown): {
  settings: OwnSettings;
  sites: Site[];
  refused: SettingFault[];
} {
  const { fields, refused } = soundFields(value, 'policy');
  const named = readSites(isObject(value) ? value['sites'] : undefined);
  const unknown = unknownFields(value, 'policy', [...FIELDS, 'sites']);
  return { settings: fields, sites: named.sites, refused: [...refused, ...named.refused, ...unknown] };
}

function readSites(value: unknown): { sites: Site[]; refused: SettingFault[] } {
  if (value === undefined) return { sites: [], refused: [] };
  if (!Array.isArray(value)) return { sites: [], refused: [{ at: 'policy.sites', expected: 'addresses' }] };
  const read = value.slice(0, MOST_SITES).map(siteMeantBy);
  const refused = read.flatMap((each, index) =>
    each === null ? [{ at: `policy.sites[${index}]`, expected: 'address' as const }] : [],
  );
  return {
    sites: [...new Set(read.filter((each) => each !== null))],
    refused: [...tooMany('policy.sites', value.length), ...refused],
  };
}

/** The most sites that one file or one policy can set. */
export const MOST_SITES = 200;

export function tooMany(at: string, sites: number): SettingFault[] {
  return sites > MOST_SITES ? [{ at, expected: 'at_most', values: String(MOST_SITES) }] : [];
}

function unknownFields(value: unknown, where: string, known: readonly string[]): SettingFault[] {
  if (!isObject(value)) return [];
  const unknown = Object.keys(value).filter((field) => !known.includes(field));
  const values = known.join(', ');
  return unknown.map((field) => ({ at: `${where}.${field.slice(0, 200)}`, expected: 'setting', values }));
}

/** The valid fields. One that is undefined, which Firefox keeps in its storage, counts as not set. */
function soundFields(value: unknown, where: string): { fields: OwnSettings; refused: SettingFault[] } {
  if (!isObject(value)) return { fields: {}, refused: [{ at: where, expected: 'object' }] };
  const fields: Record<string, unknown> = {};
  const refused: SettingFault[] = [];
  for (const [field, sound] of Object.entries(settings)) {
    if (!Object.hasOwn(value, field) || value[field] === undefined) continue;
    const { data, error } = sound.safeParse(value[field]);
    if (!error) fields[field] = data;
    for (const { message } of error?.issues ?? []) {
      const values = message === 'minutes' && { values: String(MOST_TIMEOUT_MINUTES) };
      refused.push({ at: `${where}.${field}`, expected: message as Expected, ...values });
    }
  }
  return { fields, refused };
}

function minutes(message?: string) {
  return z.number(message).check(z.positive(message), z.lte(MOST_TIMEOUT_MINUTES, message));
}

/** Whether a value has fields: it is neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
