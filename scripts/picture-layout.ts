/** The plain frame round a screenshot: a headline, and a browser window with the toolbar button as the product set it. */
import { readFileSync } from 'node:fs';
import type { Badge } from '../tests/e2e/browsers/browser.ts';
import { BADGE_COLOURS, ICONS, type Tone } from '../src/verdict/presentation.ts';

/** A screenshot, with the address and the badge of its tab. */
export interface Shot {
  readonly png: Uint8Array;
  readonly address: string;
  readonly button: Button;
}

/** What the toolbar button shows. */
export interface Button {
  readonly tone: Tone;
  readonly badge: string;
}

/** The tone of a badge, by its colour: the browser does not tell which icon an extension has set. */
export function buttonOfBadge({ text, colour }: Badge): Button {
  const tone = (Object.keys(BADGE_COLOURS) as Tone[]).find((each) => BADGE_COLOURS[each] === colour);
  return { tone: text && tone ? tone : 'none', badge: text };
}

/** The product's icon with its badge, as a browser's toolbar draws them, in this many pixels. */
export function drawButton({ tone, badge }: Button, size: number): string {
  const text = tone === 'soon' ? 'black' : 'white';
  const label = badge && `<b style="background:${BADGE_COLOURS[tone]};color:${text}">${badge}</b>`;
  const svg = readFileSync(`icons/${ICONS[tone]}.svg`).toString('base64');
  return `<span class="button" style="font-size:${size}px"><img src="data:image/svg+xml;base64,${svg}">${label}</span>`;
}

/** A browser window round a screenshot, which is as wide as the window. */
export function drawWindow({ png, address, button }: Shot, width: number): string {
  return `<div class="window" style="width:${width}px">
    <div class="bar"><span class="address">${address}</span>${drawButton(button, 28)}</div>
    <img class="shot" width="${width}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}">
  </div>`;
}

/** A page with a headline, and below it, or at its side, what is shown. */
export function drawPage(headline: string, shown: string, place: 'below' | 'side' = 'below'): string {
  return drawDocument(`<h1>${headline}</h1><main>${shown}</main>`, place);
}

/** A small page with the product's icon, a title and a sentence. */
export function drawPromotion(title: string, sentence: string): string {
  const icon = drawButton({ tone: 'good', badge: '' }, 84);
  return drawDocument(`<div class="promotion">${icon}<strong>${title}</strong><p>${sentence}</p></div>`);
}

function drawDocument(body: string, place = ''): string {
  return `<!doctype html><html lang="en"><style>${STYLE}</style><body class="${place}">${body}</body></html>`;
}

const STYLE = `
  * { box-sizing: border-box; margin: 0; }
  html { height: 100%; background: #eaf3ec; color: #12261a; font: 16px/1.4 system-ui, sans-serif; }
  body { height: 100%; display: flex; flex-direction: column; }
  h1 { flex: 1; display: grid; place-content: center; padding: 0 3vw; font-size: max(26px, 2.65vw); line-height: 1.2;
    text-align: center; text-wrap: balance; }
  main { display: flex; justify-content: center; gap: 32px; padding-bottom: 3vw; }
  .side { flex-direction: row; }
  .side h1 { padding: 0 60px 0 80px; font-size: 44px; text-align: left; text-wrap: wrap; }
  .side main { align-items: center; padding: 0 80px 0 0; }
  .window { border-radius: 10px; overflow: hidden; background: #fff;
    box-shadow: 0 0 0 1px #b9c9be, 0 8px 28px #12261a33; }
  .bar { display: flex; align-items: center; gap: 20px; height: 52px; padding: 0 28px 0 14px; background: #f1f3f4; }
  .address { flex: 1; padding: 5px 16px; border-radius: 16px; background: #fff; color: #3c4043; font-size: 15px;
    white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .shot { display: block; }
  .button { position: relative; flex: none; width: 1em; height: 1em; }
  .button img { display: block; width: 100%; height: 100%; }
  .button b { position: absolute; right: -0.9em; bottom: -0.75em; padding: 0 0.2em; border-radius: 0.2em;
    font: 700 0.46em/1.3 system-ui, sans-serif; }
  .states { display: grid; grid-template-columns: 1fr 1fr; gap: 18px 32px; width: 1120px; }
  .state { display: flex; align-items: center; gap: 48px; height: 130px; padding: 0 36px 0 48px; border-radius: 10px;
    background: #fff; box-shadow: 0 0 0 1px #b9c9be; font-size: 22px; }
  .promotion { display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 14px;
    height: 100%; padding: 0 24px; text-align: center; }
  .promotion strong { font-size: 34px; line-height: 1.1; }
  .promotion p { font-size: 19px; line-height: 1.3; text-wrap: balance; }
`;
