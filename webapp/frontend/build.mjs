// Build webapp/static/build from the sources beside this file: styles, scripts and images with
// a hash of their content in the name, compressed copies beside them, and manifest.json.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const target = join(here, "..", "static", "build");
const manifest = {};
const DAY = 24 * 3600 * 1000; // ms: a server that runs may still hand out yesterday's files

mkdirSync(target, { recursive: true });
for (const name of ["motcua", "diagram", "receipt", "form_editor"]) write(`${name}.css`, style(name));
for (const name of ["app", "diagram", "files", "form_editor"]) write(`${name}.js`, await script(name));
for (const name of readdirSync(join(here, "images"))) write(name, readFileSync(join(here, "images", name)));
copyFonts();
writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, null, 2));
removeOld();
console.log(Object.values(manifest).join("\n"));

// The letters of printed slips: as wide as Times, with every Vietnamese letter.
function copyFonts() {
  mkdirSync(join(target, "fonts"), { recursive: true });
  for (const cut of ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"]) {
    const file = `Tinos_${cut}.ttf`;
    copyFileSync(join(root, "node_modules/@expo-google-fonts/tinos", cut, file), join(target, "fonts", file));
  }
}

function style(name) {
  const options = { style: "compressed", loadPaths: [join(root, "node_modules")], quietDeps: true };
  return Buffer.from(compile(join(here, "styles", `${name}.scss`), options).css);
}

async function script(name) {
  const result = await build({
    entryPoints: [join(here, "scripts", `${name}.js`)],
    bundle: true,
    minify: true,
    target: ["es2017"],
    legalComments: "eof",
    // The editor and the viewer inside it must share one Preact, or hooks of one fail in the other.
    alias: { preact: join(root, "node_modules/@bpmn-io/form-js-editor/node_modules/preact") },
    write: false,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function write(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const file = `${name.slice(0, -extname(name).length)}.${hash}${extname(name)}`;
  writeFileSync(join(target, file), content);
  writeFileSync(join(target, `${file}.gz`), gzipSync(content, { level: 9 }));
  writeFileSync(join(target, `${file}.br`), brotliCompressSync(content));
  manifest[name] = file;
}

function removeOld() {
  const kept = ["fonts", "manifest.json", ...Object.values(manifest)];
  for (const name of readdirSync(target)) {
    const path = join(target, name);
    const isOld = Date.now() - statSync(path).mtimeMs > DAY;
    if (isOld && !kept.includes(name.replace(/\.(gz|br)$/, ""))) rmSync(path);
  }
}
