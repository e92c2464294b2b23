/** The script that serves a repro's page, as text: with onnxruntime-web from this machine, so that no network is needed. */
export const SERVE_SCRIPT = `// npm install, then: node serve.mjs [port]
// Serves repro.html and, under ort/, the onnxruntime-web that is installed here. Nothing else of the disk.
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("repro.html", import.meta.url));
const types = { html: "text/html", mjs: "text/javascript", js: "text/javascript", wasm: "application/wasm" };
const ort = await ortFolder();

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const script = /^\\/ort\\/([\\w.-]+)$/.exec(pathname)?.[1];
  const file = pathname === "/" || pathname === "/repro.html" ? page : script ? join(ort, script) : null;
  if (file === null || !existsSync(file)) return response.writeHead(404).end();
  // Isolated from other origins: clocks are precise then, and threads may share memory.
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
  response.setHeader("Content-Type", types[file.split(".").at(-1)] ?? "application/octet-stream");
  createReadStream(file).pipe(response);
});
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log(\`open http://127.0.0.1:\${server.address().port}/ (Ctrl-C ends it)\`);
});

async function ortFolder() {
  try {
    return dirname(fileURLToPath(process.env.ONNXRUNTIME_WEB ?? import.meta.resolve("onnxruntime-web")));
  } catch (error) {
    console.error(\`onnxruntime-web is not installed here: \${error.message}\`);
    process.exit(3);
  }
}
`;
