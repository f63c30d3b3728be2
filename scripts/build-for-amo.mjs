/**
 * `npm run build-for-amo`: builds both packages, and packs Firefox's as build/release/firefox.xpi, byte for byte as it
 * was released. Prints its SHA-256. docs/build-for-amo.md is the text for Mozilla's reviewers.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import './build.mjs';
import { zipOf } from './zip.mjs';

const archive = zipOf('dist/firefox');
mkdirSync('build/release', { recursive: true });
writeFileSync('build/release/firefox.xpi', archive);
console.log(`build/release/firefox.xpi ${createHash('sha256').update(archive).digest('hex')}`);
