import type { RequestListener } from "node:http";
import sirv from "sirv";

const METHODS = ["GET", "HEAD"];

/** Answers with the files of a folder: 404 for what is not there, 405 for anything but GET and HEAD. */
export function serveFiles(directory: string): RequestListener {
  const files = sirv(directory, {
    // Cross-origin isolation: threads in WebAssembly and precise clocks need it.
    setHeaders(response) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    },
  });
  return (request, response) => {
    if (!METHODS.includes(request.method ?? "")) {
      response.writeHead(405, { Allow: METHODS.join(", ") }).end("method not allowed");
      return;
    }
    files(request, response, () => {
      response.statusCode = 404;
      response.end("not found");
    });
  };
}
