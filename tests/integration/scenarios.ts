/**
 * Random scenarios for the simulation of the guard: which steps there are, and how they are drawn. A request or a
 * response that is under way is called a transmission; each waits until a step delivers it.
 */
import fc from 'fast-check';
import { NAMES } from './user-names.ts';

/** Steps that change who is signed in, or with which token. */
const SESSION_ACTIONS = [
  'wait six hours',
  'log out',
  'log in as alice',
  'log in as mallory',
  'log in as mallory without logging out',
  'log in as alice without logging out',
  'lose all sessions',
  'clear cookies',
  'send another request',
  'close a dialog',
  'load a cross-site embed',
  'visit another Jira',
] as const;
export type SessionAction = (typeof SESSION_ACTIONS)[number];

/** What another host of the same domain does to the cookies. */
const NEIGHBOUR_ACTIONS = [
  'plant a token',
  'plant a signed-out token',
  'plant a token of another Jira',
  'plant a session',
  'plant a token and a session',
  'load an image from Jira',
  'evict cookies',
  'withdraw planted cookies',
] as const;
export type NeighbourAction = (typeof NEIGHBOUR_ACTIONS)[number];

/** The paths for which the neighbour plants cookies. */
export const PLANTED_PATHS = [
  '/',
  '/browse',
  '/rest',
  '/rest/internal',
  '/rest/jddap',
  '/rest/auth',
  '/secure',
  '/secure/AttachFile.jspa',
  '/images',
] as const;

/** All other steps. A step that is listed more often is drawn more often. */
const OTHER_ACTIONS = [
  'drop',
  'drop',
  'pick',
  'pick',
  'refresh',
  'refresh',
  'refresh',
  'deliver',
  'deliver',
  'deliver',
  'deliver',
  'wait a second',
  'wait four seconds',
  'wait a minute',
  'wait half an hour',
  'show another issue',
  'redraw the drop zone',
  'remove the drop zone',
  'break the drop zone',
  'stop the background',
  'start the background',
  'comment',
  'slow the server down',
  'start a network fault',
  'start a network fault',
  'fail one transmission',
  'lose one transmission',
  'end all faults',
  'send anyway',
  'send anyway',
  'update the extension',
  'discard the tab',
  'change a parked file',
] as const;
type OtherAction = (typeof OTHER_ACTIONS)[number];

type Action = SessionAction | OtherAction | NeighbourAction;

/** What the user submits: a file by drop or by the file input, or a comment in a form. */
export type Kind = 'drop' | 'pick' | 'comment';

export interface Step {
  readonly action: Action;
  /** Decides which tab, fault, path or other thing the action is about. */
  readonly choice: number;
}

/** The longest scenario, in steps. */
export const MOST_STEPS = 60;

/** Every scenario may use these actions: without them no attempt would get anywhere. */
const USUAL_ACTIONS: readonly Action[] = ['drop', 'pick', 'refresh', 'deliver', 'deliver', 'deliver'];

/** A few steps in a row. Takes how the user submits something, and how many transmissions are delivered in between. */
type Sequence = (kind: Kind, deliveries: readonly Action[]) => readonly Action[];

const submitDuringFault: Sequence = (kind, deliveries) => [
  'start a network fault',
  kind,
  ...deliveries,
  ...deliveries,
];
/** A busy Jira is asked again after three seconds. */
const submitToBusyJira: Sequence = (kind, deliveries) => [
  'start a network fault',
  kind,
  ...deliveries,
  'wait four seconds',
  ...deliveries,
];
const loseNetworkAfterwards: Sequence = (_kind, deliveries) => [
  'end all faults',
  'refresh',
  ...deliveries,
  'deliver',
  'lose one transmission',
  'deliver',
];
/** A dialog of mallory's brings her token into the page. */
const BECOME_MALLORY: readonly Action[] = [
  'end all faults',
  'log in as mallory',
  'close a dialog',
  'start a network fault',
];

const BEGINNINGS: readonly Sequence[] = [submitDuringFault, submitToBusyJira];
const ENDINGS: readonly Sequence[] = [
  (_kind, deliveries) => ['send anyway', ...deliveries],
  (_kind, deliveries) => ['end all faults', 'refresh', ...deliveries, 'fail one transmission', 'deliver', 'deliver'],
  loseNetworkAfterwards,
  loseNetworkAfterwards,
  (kind, deliveries) => ['show another issue', kind, ...deliveries],
  (kind, deliveries) => [
    ...BECOME_MALLORY,
    kind,
    ...deliveries,
    ...deliveries,
    'end all faults',
    'send anyway',
    ...deliveries,
    ...deliveries,
  ],
  (kind, deliveries) => ['update the extension', 'end all faults', kind, ...deliveries],
  () => ['discard the tab'],
  (_kind, deliveries) => [
    'change a parked file',
    'end all faults',
    'refresh',
    ...deliveries,
    'refresh',
    ...deliveries,
    'refresh',
  ],
];

/**
 * Sequences for what single random steps hardly ever bring about: mostly submissions during a fault that are parked.
 */
const anySequence: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.constantFrom<Kind>('drop', 'pick', 'pick', 'comment', 'comment'),
    // A proof takes two deliveries, four on Jira 11, and the page asks again if the background gets no answer.
    fc.constantFrom(0, 1, 2, 4, 4, 8),
    fc.constantFrom(...ENDINGS),
    // All steps of a sequence are about the same tab and the same fault.
    fc.nat(1_000),
    fc.constantFrom(...BEGINNINGS),
  )
  .map(([kind, count, ending, choice, beginning]) => {
    const deliveries = Array<Action>(count).fill('deliver');
    const actions = [...beginning(kind, deliveries), ...ending(kind, deliveries)];
    return actions.map((action) => ({ action, choice: action === 'deliver' ? 0 : choice }));
  });

const stepOf = (actions: readonly Action[]): fc.Arbitrary<Step> =>
  fc.record({ action: fc.constantFrom(...actions), choice: fc.nat(1_000) });

/**
 * Each scenario uses only some of the actions, beside the usual ones, so that rare actions follow each other closely.
 */
const scenarioOf = (actions: readonly Action[]): fc.Arbitrary<Step[]> =>
  fc
    .subarray([...new Set(actions)], { minLength: 6 })
    .chain((some) => {
      const step = stepOf([...USUAL_ACTIONS, ...actions.filter((action) => some.includes(action))]);
      const single = { weight: 8, arbitrary: step.map((each) => [each]) };
      const sequence = { weight: 1, arbitrary: anySequence };
      return fc.array(fc.oneof(single, sequence), { minLength: 5, maxLength: MOST_STEPS, size: 'max' });
    })
    .map((parts) => parts.flat().slice(0, MOST_STEPS));

export const anyScenario = scenarioOf([...SESSION_ACTIONS, ...OTHER_ACTIONS]);
export const anyScenarioWithNeighbour = scenarioOf([
  ...SESSION_ACTIONS,
  ...OTHER_ACTIONS,
  ...NEIGHBOUR_ACTIONS,
  ...NEIGHBOUR_ACTIONS,
]);
export const anyNames = fc.constantFrom(...NAMES);

export function isSessionAction(action: Action): action is SessionAction {
  return (SESSION_ACTIONS as readonly string[]).includes(action);
}

export function isNeighbourAction(action: Action): action is NeighbourAction {
  return (NEIGHBOUR_ACTIONS as readonly string[]).includes(action);
}
