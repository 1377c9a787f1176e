// Bundles the scripts, and puts the typefaces beside them, into web/static/dist (git-ignored).
import * as esbuild from 'esbuild';
import { cp, mkdir, rm } from 'node:fs/promises';

const outdir = '../static/dist';
await rm(outdir, { recursive: true, force: true });
await esbuild.build({
  entryPoints: { app: 'src/app.js', editor: 'src/editor/index.js' },
  bundle: true,
  format: 'iife',
  minify: true,
  target: 'es2022',
  outdir,
  // The pages may load typefaces from files of ours, not out of addresses that hold them.
  loader: { '.woff2': 'file', '.woff': 'file', '.ttf': 'file', '.eot': 'empty', '.svg': 'file' },
  assetNames: 'fonts/[name]',
  legalComments: 'linked',
  logLevel: 'warning',
});
await mkdir(`${outdir}/fonts`, { recursive: true });
await cp('node_modules/inter-ui/variable/InterVariable.woff2', `${outdir}/fonts/InterVariable.woff2`);
await cp('node_modules/inter-ui/LICENSE.txt', `${outdir}/fonts/LICENSE.txt`);
const japanese = 'node_modules/@embedpdf/fonts-jp';
await cp(`${japanese}/fonts/NotoSansJP-Regular.otf`, `${outdir}/fonts/NotoSansJP-Regular.otf`);
await cp(`${japanese}/LICENSE`, `${outdir}/fonts/NotoSansJP.LICENSE.txt`);
