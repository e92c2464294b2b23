import { once } from "node:events";
import { createServer } from "node:http";
import { CongruentError } from "@congruent/core";
import { webApp } from "../inputs/web-app.js";
import { wholeNumber } from "../options/numbers.js";
import { serveFiles } from "../processes/serve-files.js";
import { type CommonOptions, defineVerb } from "../verb.js";

interface ServeOptions extends CommonOptions {
  port: number;
  host: string;
}

export const serve = defineVerb<[], ServeOptions>({
  name: "serve",
  description:
    "open the web app: draw a digit, run the parity check in your browser, see what each model scored",
  examples: ["congruent serve --port 8080"],
  configure: (command) =>
    command
      .option("--port <n>", "where to listen", wholeNumber("--port", 0), 5173)
      .option("--host <name>", "on which address", "127.0.0.1"),
  async run(_, options) {
    const directory = webApp();
    if (directory === undefined) {
      throw new CongruentError({
        code: "E_WEB_APP",
        what: "the web app has not been built",
        fix: "npm run setup",
        exit: 3,
      });
    }
    const server = createServer(serveFiles(directory));
    try {
      server.listen(options.port, options.host);
      await once(server, "listening");
    } catch (error) {
      throw listenError(error, options);
    }
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : options.port;
    const url = `http://${options.host}:${port}/`;
    return {
      data: { url },
      text: () => `${url}\npress Ctrl-C to stop`,
      async until() {
        await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
        server.closeAllConnections();
        server.close();
      },
    };
  },
});

function listenError(error: unknown, { port, host }: { port: number; host: string }): CongruentError {
  const errno = (error as NodeJS.ErrnoException).code;
  const what: Record<string, string> = {
    EADDRINUSE: `the port ${port} on ${host} is already in use`,
    EACCES: `the port ${port} on ${host} may not be used by this user`,
  };
  return new CongruentError({
    code: errno === "EADDRINUSE" ? "E_PORT_IN_USE" : "E_LISTEN",
    what: what[errno ?? ""] ?? `could not listen on ${host}:${port} (${errno})`,
    fix: "choose another one with --port; 0 takes any that is free",
    cause: error,
  });
}
