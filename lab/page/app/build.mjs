// Bundles the page's script and style: node build.mjs FOLDER writes there
//
//   script.js script.sha256   what stands in the page, and its hash for the page's security policy
//   style.css style.sha256
//   notices.txt               the licences of the libraries that are in the bundle
//
// Runs in a folder that has the sources and node_modules; CMake makes it (bundle.cmake).
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const out = process.argv[2];

const result = await build({
  entryPoints: { script: 'main.tsx' },
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020', 'chrome100', 'firefox100', 'safari16'],
  charset: 'ascii',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  write: false,
  outdir: out,
  logLevel: 'warning',
});

// Nothing in the bundle may end its element, or begin a comment in it.
const escaped = {
  '.js': (text) => text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--'),
  '.css': (text) => text.replaceAll('</style', '<\\/style').replaceAll('<!--', ''),
};
const names = { '.js': 'script', '.css': 'style' };
for (const file of result.outputFiles) {
  const kind = file.path.endsWith('.js') ? '.js' : '.css';
  const text = escaped[kind](file.text).trimEnd();
  writeFileSync(join(out, names[kind] + kind), text);
  writeFileSync(join(out, `${names[kind]}.sha256`), createHash('sha256').update(text).digest('base64'));
}

const notices = ['preact', 'uplot'].map((name) => {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
  return `${name} ${version}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim()}\n`;
});
writeFileSync(join(out, 'notices.txt'), notices.join('\n').replaceAll('--', '- -'));
