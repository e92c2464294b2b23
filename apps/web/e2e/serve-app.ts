import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";

/** By path below the root; null says that there is no such file. */
export type Overlay = Readonly<Record<string, Uint8Array | string | { redirect: string } | null>>;

/** Of files that a browser refuses without. */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  mjs: "text/javascript",
  wasm: "application/wasm",
};

export interface Server {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  origin: string;
  close(): Promise<void>;
}

/**
 * Serves a built app as a host would that lets pages share memory: on a free port, with COOP and COEP.
 *
 * @param overlay files that are served instead of those in the folder
 */
export async function serveApp(folder: string, overlay: Overlay = {}): Promise<Server> {
  const files = sirv(folder, { dev: true });
  const server = createServer((request, response) => {
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    const missing = () => {
      response.statusCode = 404;
      response.end();
    };
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const other = overlay[pathname];
    const type = TYPES[pathname.slice(pathname.lastIndexOf(".") + 1)];
    if (other === null) missing();
    else if (typeof other === "object" && "redirect" in other) {
      response.writeHead(302, { Location: other.redirect }).end();
    } else if (other !== undefined) response.writeHead(200, type ? { "Content-Type": type } : {}).end(other);
    else files(request, response, missing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
