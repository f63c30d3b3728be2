/** What a screen reader is told, in one shape for both browsers. */

export interface Accessible {
  /** ARIA's word (`button`, `status`, `region`); `text` for a run of text. */
  readonly role: string;
  readonly name: string;
  readonly focused: boolean;
  readonly children: readonly Accessible[];
}

export interface BannerSight {
  readonly role: 'status' | 'alert';
  /** The name of the landmark around the banner, or the live region's own; empty if there is none. */
  readonly name: string;
  /** What the live region says; a line for each paragraph. */
  readonly text: string;
  /** Accessible names, in reading order. */
  readonly buttons: readonly string[];
  /** The name of the button that has the focus. */
  readonly focused: string | null;
  readonly tree: Accessible;
}

/** The banner as heard; null where the tree holds no status and no alert, which is to say no banner. */
export function bannerSightOf(tree: Accessible): BannerSight | null {
  const all = flat(tree);
  const live = all.find(({ role }) => role === 'alert') ?? all.find(({ role }) => role === 'status');
  if (!live) return null;
  const around = all.find(({ role, name }) => name !== '' && AROUND.has(role));
  return {
    role: live.role as 'status' | 'alert',
    name: around?.name ?? live.name,
    text: textOf(live),
    buttons: buttonsOf(tree),
    focused: all.find(({ role, focused }) => focused && role === 'button')?.name ?? null,
    tree,
  };
}

export function buttonsOf(tree: Accessible): string[] {
  return flat(tree)
    .filter(({ role }) => role === 'button')
    .map(({ name }) => name);
}

/** All text under a node: runs of one paragraph joined, blocks on lines of their own. */
export function textOf(node: Accessible): string {
  if (node.role === 'text') return node.name;
  return node.children
    .map((child) => (BLOCKS.has(child.role) ? `\n${textOf(child)}\n` : textOf(child)))
    .join('')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

export function flat(tree: Accessible): Accessible[] {
  return [tree, ...tree.children.flatMap(flat)];
}

/** Both browsers' words for one thing. */
export function roleOf(native: string): string {
  return ROLES.get(native) ?? native;
}

const AROUND = new Set(['region', 'dialog', 'group', 'complementary', 'form', 'alertdialog']);
const BLOCKS = new Set([
  'paragraph',
  'heading',
  'list',
  'listitem',
  'group',
  'region',
  'status',
  'alert',
  'section',
]);
const ROLES = new Map([
  ['StaticText', 'text'],
  ['text leaf', 'text'],
  ['statictext', 'text'],
  ['pushbutton', 'button'],
  ['statusbar', 'status'],
  ['grouping', 'group'],
  ['entry', 'textbox'],
]);
