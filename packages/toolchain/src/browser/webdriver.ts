/** The part of WebDriver (the classic one, over HTTP) that is needed to open a page and run scripts in it. */
import { request } from "node:http";

/** One session of a driver that listens on this machine. */
export class WebDriver {
  readonly #port: number;
  #session = "";
  /** Of the browser, as the driver tells it. */
  version = "";

  constructor(port: number) {
    this.#port = port;
  }

  /** Whether the driver listens. */
  async listens(): Promise<boolean> {
    return this.#call("GET", "/status").then(
      () => true,
      () => false,
    );
  }

  /** @throws Error with the driver's words when the browser does not start */
  async start(capabilities: object): Promise<void> {
    const answer = await this.#call("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
    const { sessionId, capabilities: got } = answer as {
      sessionId: string;
      capabilities: { browserVersion: string };
    };
    this.#session = `/session/${sessionId}`;
    this.version = got.browserVersion;
  }

  /** Resolves when the page is loaded. */
  async open(url: string): Promise<void> {
    await this.#call("POST", `${this.#session}/url`, { url });
  }

  /** The body of a function; what it returns, a promise's value once it is there. */
  run(script: string): Promise<unknown> {
    return this.#call("POST", `${this.#session}/execute/sync`, { script, args: [] });
  }

  /** The body of a function whose only argument is called with the value. */
  wait(script: string): Promise<unknown> {
    return this.#call("POST", `${this.#session}/execute/async`, { script, args: [] });
  }

  async end(): Promise<void> {
    await this.#call("DELETE", this.#session);
  }

  /** Not `fetch`, which gives up after five minutes. */
  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const text = await new Promise<string>((resolve, reject) => {
      const call = request(
        { host: "127.0.0.1", port: this.#port, method, path, agent: false },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () => resolve(Buffer.concat(parts).toString()));
          response.on("error", reject);
        },
      );
      call.on("error", reject);
      call.end(body && JSON.stringify(body));
    });
    const { value } = JSON.parse(text) as { value: unknown };
    if (isRefusal(value)) throw new Error(value.message || value.error);
    return value;
  }
}

function isRefusal(value: unknown): value is { error: string; message: string } {
  return typeof value === "object" && value !== null && "error" in value && "stacktrace" in value;
}
