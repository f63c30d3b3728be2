/** `npm run build`: builds dist/chrome and dist/firefox, ready to load. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';
import { build } from 'vite';
import { SHORTENED_NAMES, whyNot } from './shortened-names.mjs';

// Tests that build have another value, by which libraries would choose their code for developers.
process.env.NODE_ENV = 'production';
for (const mode of ['chrome', 'firefox']) {
  await build({ mode, logLevel: 'warn' });
  await minifyAgain(`dist/${mode}`);
  console.log(`dist/${mode}`);
}

/** A second minifier, which also shortens our own names, makes the script for every page three percent smaller. */
async function minifyAgain(folder) {
  const file = `${folder}/extension/content/main.iife.js`;
  const long = readFileSync(file, 'utf8');
  const { code } = await minify(long, {
    ecma: 2022,
    compress: {
      ecma: 2022,
      passes: 6,
      pure_getters: true,
      // No function here is a constructor, and none is called with another `this`.
      unsafe_arrows: true,
      unsafe_methods: true,
      // Comparisons kept as written are more alike, and compress better.
      lhs_constants: false,
    },
    nameCache: { props: { props: shortNames(long) } },
    mangle: { properties: { regex: new RegExp(`^(${SHORTENED_NAMES.join('|')})$`) } },
  });
  const others = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js') && !name.endsWith('main.iife.js'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    .join('\n');
  for (const name of SHORTENED_NAMES) {
    const fault = whyNot(name, long, code, others);
    if (fault) throw new Error(`The build can't shorten ${name}, see scripts/shortened-names.mjs: ${fault}`);
  }
  writeFileSync(file, code);
}

/** Gives the names that occur most often the letters that do: such a script compresses best. */
function shortNames(script) {
  const letters = [...'etnirsolaucdfhgmpwkvbyxTSMECPLAOUFIDHRNzWqBGZJVKQXY_$j'];
  // Leave out short names that a browser or a message already uses for a member.
  const isFree = (name) => !new RegExp(`(?<!\\.)\\.${name.replace('$', '\\$')}(?![\\w$])`).test(script);
  const short = ['', 'e', 't'].flatMap((end) => letters.map((letter) => letter + end)).filter(isFree);
  const uses = (name) => script.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
  const names = SHORTENED_NAMES.toSorted((one, other) => uses(other) - uses(one));
  return Object.fromEntries(names.map((name, at) => [`$${name}`, short[at]]));
}
