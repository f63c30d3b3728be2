/**
 * The three pictures. They only decorate: the words beside them say it all. Their colours are welcome.css's, so that they
 * follow the theme. Where one reads from right to left they are mirrored, but for what is `upright`.
 */
import type { ComponentChildren } from 'preact';

/** The toolbar button as the session gets older: fresh, about to end, stale. Coins and badges are the real ones. */
export function BadgePicture() {
  return (
    <Picture>
      <rect class="panel" x="10" y="34" width="220" height="72" rx="14" />
      <path class="line dots" d="M82 70h8M154 70h8" />
      <Coin x={46} tone="good" badge="5h">
        <circle r="22" />
        <path class="on-tone" d="M-10 10C-13-4-3-11 11-11C12 3 5 12-8 9.5C-5 4-1 0 5-4C-2-1-7 4-10 10Z" />
      </Coin>
      <Coin x={118} tone="soon" badge="9m">
        <path d="M0 0H22A22 22 0 1 1 0-22Z" />
      </Coin>
      <Coin x={190} tone="bad" badge="!">
        <path d="M10-10L19-11.4A22 22 0 0 1-11.4 19L-10 10L-19 11.4A22 22 0 0 1 11.4-19Z" />
      </Coin>
    </Picture>
  );
}

/** A page, and over it the banner with its button. */
export function BannerPicture() {
  return (
    <Picture>
      <Window />
      <path class="faint" d="M46 92h96M46 103h132M46 114h72" />
      <rect class="panel raised" x="34" y="44" width="172" height="36" rx="6" />
      <g class="tone" data-tone="bad">
        <path d="M38 44h-0.5a3.5 3.5 0 0 0-3.5 3.5v29a3.5 3.5 0 0 0 3.5 3.5h0.5Z" />
        <circle cx="52" cy="62" r="8" />
        <path class="on-tone" d="M50.7 57h2.6l-0.6 6h-1.4ZM50.8 64.6h2.4v2.4h-2.4Z" />
      </g>
      <path class="strong" d="M70 57h58" />
      <path class="faint" d="M70 67h40" />
      <rect class="main" x="150" y="53" width="46" height="18" rx="5" />
      <path class="on-main" d="M160 62h26" />
    </Picture>
  );
}

/** A file over the place where it is dropped: held, and safe. */
export function AttachmentPicture() {
  return (
    <Picture>
      <Window />
      <rect class="drop" x="42" y="42" width="156" height="76" rx="8" />
      <g transform="translate(120 81)">
        <path
          class="panel raised"
          d="M-20-32H8L22-18V24A4 4 0 0 1 18 28H-20A4 4 0 0 1-24 24V-28A4 4 0 0 1-20-32Z"
        />
        <path class="line" d="M8-32V-18H22" />
        <path class="faint" d="M-14-12h16M-14-2h26M-14 8h18" />
        <g class="tone" data-tone="good" transform="translate(22 20)">
          <circle class="rim" r="13" />
          <path class="tick upright" d="M-5.5 0.5L-1.5 4.5L6-4" />
        </g>
      </g>
    </Picture>
  );
}

function Picture({ children }: { children: ComponentChildren }) {
  return (
    <svg class="picture" viewBox="0 0 240 140" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

function Window() {
  return (
    <>
      <rect class="panel" x="20" y="12" width="200" height="116" rx="8" />
      <path class="line" d="M20 32H220" />
      <path class="faint" d="M32 22h0M42 22h0M52 22h0" />
    </>
  );
}

interface CoinProps {
  readonly x: number;
  readonly tone: 'good' | 'soon' | 'bad';
  readonly badge: string;
  readonly children: ComponentChildren;
}

function Coin({ x, tone, badge, children }: CoinProps) {
  return (
    <g class="tone" data-tone={tone} transform={`translate(${x} 67)`}>
      {children}
      <g transform="translate(14 17)">
        <rect class="rim" x="-14" y="-9" width="28" height="18" rx="5" />
        <text class="upright" y="4.5">
          {badge}
        </text>
      </g>
    </g>
  );
}
