/** The pages of the benchmark: issues of the stand-in Jira, with more or less in their description. */
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';

export interface BenchPage {
  readonly name: 'small' | 'heavy' | 'board';
  /** As the table names it. */
  readonly title: string;
  /** HTML in the description. */
  readonly content: () => string;
}

const HEAVY = { nodes: 5_000, links: 1_000, scriptBytes: 300_000 };
const BOARD = { nodes: 20_000, changesEveryMillis: 100, changedCards: 20 };

export const PAGES: readonly BenchPage[] = [
  { name: 'small', title: 'small issue', content: () => '' },
  {
    name: 'heavy',
    title: 'heavy issue (5 000 nodes, 300 kB of script, 1 000 links with the token)',
    content: () => heavyContent(),
  },
  { name: 'board', title: 'board (20 000 nodes, changes all the time)', content: () => boardContent() },
];

/** Serves a Jira whose issues have this page's content. */
export function servePage({ content }: BenchPage): Promise<RunningJira> {
  return serveJira({ userContent: content() });
}

/** The page's script makes the links, because only it knows the token. */
function heavyContent(): string {
  const { nodes, links, scriptBytes } = HEAVY;
  const text = Array.from({ length: nodes / 2 }, (_each, n) => `<p>Coach ${n} <span>door ${n % 8}</span></p>`);
  const aFunction = (n: number): string =>
    `function check${n}(door) { return door * ${n} % 7 === 3 ? 'bent' : 'as it should be'; }\n`;
  const functions: string[] = [];
  for (let n = 0, bytes = 0; bytes < scriptBytes; n++) bytes += functions[functions.push(aFunction(n)) - 1]!.length;
  return `<div>${text.join('')}</div><nav id="heavy-links"></nav>
    <script>
      ${functions.join('')}
      const results = [];
      for (let door = 0; door < 2000; door++) results.push(check1(door), check2(door), check3(door));
      const token = document.querySelector('meta[name="atlassian-token"]').content;
      for (let n = 0; n < ${links}; n++) {
        const link = document.createElement('a');
        link.href = '/secure/VoteOrWatchIssue.jspa?id=' + n + '&atl_token=' + encodeURIComponent(token);
        link.textContent = 'Vote ';
        document.querySelector('#heavy-links').append(link);
      }
    </script>`;
}

/** Cards of five nodes each, texts included. Some get another text, class and first child all the time. */
function boardContent(): string {
  const { nodes, changesEveryMillis, changedCards } = BOARD;
  const cards = Array.from(
    { length: nodes / 5 },
    (_each, n) => `<div class="card" data-issue-key="RAIL-${n}"><b>RAIL-${n}</b><span>Door ${n}</span></div>`,
  );
  return `<div id="board" style="height: 400px; overflow: auto">${cards.join('')}</div>
    <script>
      const cards = document.querySelectorAll('#board .card');
      let changes = 0;
      setInterval(() => {
        for (let n = 0; n < ${changedCards}; n++) {
          const card = cards[(changes++ * 37) % cards.length];
          card.classList.toggle('moved');
          card.querySelector('span').textContent = 'Door ' + changes;
          card.append(card.firstElementChild);
        }
      }, ${changesEveryMillis});
    </script>`;
}
