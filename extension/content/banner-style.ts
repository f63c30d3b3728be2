/** The banner's looks: light, dark, forced colours, reduced motion, either direction of writing. */
export const BANNER_STYLE = `
.box {
  --back: #ffffff; --text: #1f2328; --soft: #57606a; --line: #d0d7de; --tone: #6b7280;
  --main: #0b5cad; --on-main: #ffffff;
  box-sizing: border-box; display: flex; align-items: center; gap: 12px; flex-wrap: wrap;
  padding: 12px 14px; border: 1px solid var(--line); border-inline-start: 4px solid var(--tone);
  border-radius: 8px; background: var(--back); color: var(--text);
  box-shadow: 0 6px 24px rgb(0 0 0 / 0.18); font: 14px/1.45 system-ui, sans-serif; text-align: start;
  animation: arrive 0.16s ease-out;
}
.box[data-tone='good'] { --tone: #1a7f37; }
.box[data-tone='soon'] { --tone: #f2a900; }
.box[data-tone='bad'] { --tone: #c9252d; }
.mark { inline-size: 20px; block-size: 20px; border-radius: 50%; background: var(--tone); color: #fff;
  font: 700 14px/20px system-ui, sans-serif; text-align: center; }
.mark::before { content: '!'; }
.box[data-tone='good'] .mark::before { content: '\\2713'; }
.box[data-tone='soon'] .mark { color: #000; }
.box[data-tone='open'] .mark::before { content: '?'; }
.text { flex: 1 1 240px; min-inline-size: 0; }
p { margin: 0; overflow-wrap: anywhere; }
.sentence { font-weight: 600; }
.meaning { color: var(--soft); }
.buttons { display: flex; gap: 8px; flex-wrap: wrap; }
p:empty, .buttons:empty { display: none; }
.buttons[aria-busy] { opacity: 0.6; }
button { min-block-size: 32px; padding: 4px 12px; border-radius: 6px;
  border: 1px solid var(--line); background: transparent; color: inherit; font: inherit; cursor: pointer; }
button.main { background: var(--main); border-color: var(--main); color: var(--on-main); font-weight: 600; }
button:hover { filter: brightness(0.92); }
button:focus-visible { outline: 2px solid var(--main); outline-offset: 2px; }
button.dismiss { min-inline-size: 32px; padding: 0; border-color: transparent; font-size: 18px; line-height: 1; }
@media (prefers-color-scheme: dark) {
  .box { --back: #1f2329; --text: #e6edf3; --soft: #9da7b3; --line: #3d444d;
    --main: #4c9be8; --on-main: #06121f; box-shadow: 0 6px 24px rgb(0 0 0 / 0.6); }
  .box[data-tone='good'] { --tone: #3fb950; }
  .box[data-tone='bad'] { --tone: #f0565d; }
  .mark { color: #06121f; }
}
@media (forced-colors: active) {
  .box { border-color: CanvasText; }
  .mark { border: 1px solid CanvasText; }
  button, button.main { border-color: ButtonText; }
}
@media (prefers-reduced-motion: no-preference) {
  @keyframes arrive { from { opacity: 0; transform: translateY(-6px); } }
}
`;
