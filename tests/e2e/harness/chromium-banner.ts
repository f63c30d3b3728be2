/** The banner in Chromium, through its closed shadow root: the accessibility tree for what is heard, the mouse for clicks. */
import type { CDPSession, Page, Protocol } from 'puppeteer-core';
import { type Accessible, roleOf } from './accessible.ts';

const HOST = 'freshtoken-banner';

/** What is under the banner's host element in the accessibility tree; null without a host, or with nothing to hear. */
export async function bannerTreeOf(session: CDPSession): Promise<Accessible | null> {
  const nodes = await nodesInBanner(session);
  const tops = nodes.filter(({ parentId }) => !nodes.some(({ nodeId }) => nodeId === parentId));
  if (tops.length === 0) return null;
  return { role: 'none', name: '', focused: false, children: tops.flatMap((top) => accessiblesOf(top, nodes)) };
}

/** Moves the mouse to the middle of the banner's button and clicks. The name is the accessible one. */
export async function clickInBanner(page: Page, session: CDPSession, name: string): Promise<void> {
  const nodes = await nodesInBanner(session);
  const isButton = (node: Node): boolean => !node.ignored && node.role?.value === 'button';
  const button = nodes.find((node) => isButton(node) && node.name?.value === name);
  const backendNodeId = button?.backendDOMNodeId;
  if (backendNodeId === undefined) {
    const there = nodes.filter(isButton).map((node) => node.name?.value as string);
    throw new Error(`the banner has no button "${name}", only: ${there.join(', ') || 'none at all'}`);
  }
  const { quads } = await session.send('DOM.getContentQuads', { backendNodeId });
  const [x1, y1, , , x2, y2] = quads[0] ?? [];
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) {
    throw new Error(`the banner's button "${name}" is not on the screen`);
  }
  const at = { x: Math.round((x1 + x2) / 2), y: Math.round((y1 + y2) / 2) };
  const hit = await session.send('DOM.getNodeForLocation', { ...at, includeUserAgentShadowDOM: false });
  const inside = await backendIdsUnder(session, backendNodeId);
  if (!inside.has(hit.backendNodeId)) throw new Error(`something covers the banner's button "${name}"`);
  await page.mouse.click(at.x, at.y);
}

type Node = Protocol.Accessibility.AXNode;

async function nodesInBanner(session: CDPSession): Promise<Node[]> {
  const { root } = await session.send('DOM.getDocument', { depth: 0 });
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: HOST });
  if (nodeId === 0) return [];
  const { node: host } = await session.send('DOM.describeNode', { nodeId, depth: -1, pierce: true });
  const inside = idsUnder(host);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes.filter(({ backendDOMNodeId: id }) => id !== undefined && inside.has(id));
}

async function backendIdsUnder(session: CDPSession, backendNodeId: number): Promise<Set<number>> {
  const { node } = await session.send('DOM.describeNode', { backendNodeId, depth: -1, pierce: true });
  return idsUnder(node);
}

function idsUnder(node: Protocol.DOM.Node): Set<number> {
  const below = [...(node.children ?? []), ...(node.shadowRoots ?? [])];
  return new Set([node.backendNodeId, ...below.flatMap((child) => [...idsUnder(child)])]);
}

/** A node as it is heard: one that is ignored gives way to its children. */
function accessiblesOf(node: Node, nodes: readonly Node[]): Accessible[] {
  const children = (node.childIds ?? []).flatMap((id) => {
    const child = nodes.find(({ nodeId }) => nodeId === id);
    return child ? accessiblesOf(child, nodes) : [];
  });
  if (node.ignored) return children;
  const focused = node.properties?.some(({ name, value }) => name === 'focused' && value.value === true) ?? false;
  return [{ role: roleOf(String(node.role?.value)), name: String(node.name?.value ?? ''), focused, children }];
}
