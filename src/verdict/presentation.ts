/**
 * How a verdict is shown: colour, actions, badge. One place, so that the whole UI shows the same. The texts are in
 * extension/_locales, found by the verdict's name.
 */
import { shownName } from '../lib/display-name.ts';
import type { Relation } from '../jira/token.ts';
import type { CookieTrouble } from '../session/cookie-changes.ts';
import type { Answer } from '../session/proof-request.ts';
import type { Renewability, Verdict, VerdictName } from './verdict.ts';

/** What the UI may offer. The names on the buttons are fixed in docs/architecture.md. */
export type Action = 'renew' | 'reload' | 'sign-in' | 'try-again' | 'stay-signed-in';

export type Tone = 'good' | 'soon' | 'bad' | 'open' | 'none';

export interface Presentation {
  readonly tone: Tone;
  /** The first is the main action. */
  readonly actions: readonly Action[];
}

export function presentationOf(verdict: Verdict): Presentation {
  const [tone, ...actions] = PRESENTATIONS[verdict.name];
  return {
    tone,
    actions: verdict.name === 'stale' ? STALE_ACTIONS[verdict.renewal] : actions,
  };
}

/** Whether a verdict is worth a banner, or the badge alone shows it. */
export function isWorthBanner(verdict: Verdict): boolean {
  return !['fresh', 'lapsed', 'unknown'].includes(verdict.name);
}

/** The tone and the actions of each verdict. */
export const PRESENTATIONS: Readonly<Record<VerdictName, readonly [Tone, ...Action[]]>> = {
  fresh: ['good'],
  aging: ['soon', 'stay-signed-in'],
  lapsed: ['open', 'try-again'],
  stale: ['bad'],
  'signed-out': ['bad', 'sign-in'],
  'signed-in': ['soon', 'reload'],
  'other-user': ['bad', 'reload'],
  'other-jira': ['bad', 'reload'],
  'no-cookie': ['open', 'try-again'],
  gateway: ['bad', 'sign-in'],
  offline: ['open', 'try-again'],
  busy: ['open', 'try-again'],
  unreachable: ['open', 'try-again'],
  unknown: ['none'],
};

/** At most four characters: more don't fit. Takes the time in epoch milliseconds, to show the time left. */
export function badgeOf(verdict: Verdict, now: number): string {
  if (verdict.name === 'fresh' || verdict.name === 'aging') return timeLeft(verdict.endsAt, now);
  return BADGES[verdict.name] ?? '?';
}

/** Each verdict that leaves no doubt has a badge of its own; the others share `?`. */
const BADGES: Partial<Record<VerdictName, string>> = {
  stale: '!',
  'signed-out': 'out',
  gateway: 'out',
  'signed-in': 'in',
  'other-user': 'user',
  'other-jira': 'jira',
  unknown: '',
};

/** A tab's button, and its mark in a list: while files are parked in its page both say so, and never in green. */
export function buttonOf(
  verdict: Verdict,
  now: number,
  { files }: { readonly files: readonly string[] },
): { tone: Tone; badge: string } {
  const { tone } = presentationOf(verdict);
  if (files.length === 0) return { tone, badge: badgeOf(verdict, now) };
  return { tone: tone === 'good' ? 'soon' : tone, badge: 'file' };
}

/** The toolbar icon of each tone also differs in shape: a whole coin, a quarter gone, a broken rim, three dots. */
export const ICONS: Readonly<Record<Tone, string>> = {
  good: 'icon',
  soon: 'icon-aging',
  bad: 'icon-bad',
  open: 'icon-quiet',
  none: 'icon-quiet',
};

/** A badge's colour. The browsers write on it in a dark or a light colour, whichever has more contrast. */
export const BADGE_COLOURS: Readonly<Record<Tone, string>> = {
  good: '#1a7f37',
  soon: '#f2a900',
  bad: '#c9252d',
  open: '#6b7280',
  none: '#6b7280',
};

/** Offer nothing until it is known who is signed in: a reload must never stand where a renewal will. */
const STALE_ACTIONS: Readonly<Record<Renewability, readonly Action[]>> = {
  possible: ['renew', 'reload'],
  undone: ['renew', 'reload'],
  unproven: [],
  unanswered: ['try-again', 'reload'],
  impossible: ['reload'],
  crowded: ['reload'],
};

/** The keys of a verdict's texts: what happened, and what it means for the user, if anything. */
export function textKeysOf(verdict: Verdict) {
  const isCrowded = verdict.name === 'stale' && verdict.renewal === 'crowded';
  const sentence = isCrowded ? 'crowded' : messageKeyOf('verdict', verdict.name);
  if (verdict.name === 'unknown') return { sentence } as const;
  return {
    sentence,
    meaning:
      `${messageKeyOf('verdict', verdict.name)}_${verdict.name === 'stale' ? verdict.renewal : 'meaning'}` as MeaningKey,
  } as const;
}

type MeaningKey =
  `verdict_stale_${Renewability}` | `verdict_${WithoutHyphens<Exclude<VerdictName, 'stale' | 'unknown'>>}_meaning`;

/** The values for a verdict's texts: `$1` is the page's user, `$2` the one now signed in. */
export function usersIn(verdict: Verdict, pageUser: string | undefined): [string, string] {
  const now = verdict.name === 'other-user' ? shownName(verdict.user) : '';
  return [pageUser ? shownName(pageUser) : '', now];
}

/** Message keys contain no hyphens. */
export function messageKeyOf<
  Kind extends 'verdict' | 'action' | 'trouble' | 'relation' | 'proof',
  Name extends VerdictName | Action | CookieTrouble | Relation | Answer['outcome'] | 'dismiss',
>(kind: Kind, name: Name): `${Kind}_${WithoutHyphens<Name>}` {
  return `${kind}_${name.replaceAll('-', '_')}` as `${Kind}_${WithoutHyphens<Name>}`;
}

type WithoutHyphens<Text extends string> = Text extends `${infer Start}-${infer Rest}`
  ? `${Start}_${WithoutHyphens<Rest>}`
  : Text;

/** `5h` or `42m`, rounded down: never promise too much time. Empty if the end is not known. */
function timeLeft(endsAt: number | undefined, now: number): string {
  if (endsAt === undefined) return '';
  const minutes = Math.max(0, Math.floor((endsAt - now) / 60_000));
  return minutes >= 60 ? `${Math.floor(minutes / 60)}h` : `${minutes}m`;
}
