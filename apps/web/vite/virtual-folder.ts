import type { Plugin } from "vite";

export interface OfferedFile {
  /** Below the folder: `lenet/model.onnx`. */
  path: string;
  type: "application/json" | "application/octet-stream";
  content(): string | Uint8Array | Promise<string | Uint8Array>;
}

export interface VirtualFolderOptions {
  /** Where the pages see it, below the app's root: `models`. */
  folder: string;
  /** What is in it at this moment. */
  files(): readonly OfferedFile[];
}

/** A folder beside the pages whose files lie elsewhere. The dev server reads them at every request; the build emits them once. */
export function virtualFolder({ folder, files }: VirtualFolderOptions): Plugin {
  return {
    name: `congruent-${folder}`,

    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const [path = "/"] = (request.url ?? "/").split("?");
        // The folders are read only for their own requests.
        const file = path.startsWith(`/${folder}/`)
          ? files().find((each) => path === `/${folder}/${each.path}`)
          : undefined;
        if (!file) return next();
        try {
          const content = await file.content();
          response.setHeader("Content-Type", file.type);
          response.end(content);
        } catch (error) {
          next(error);
        }
      });
    },

    async generateBundle() {
      for (const { path, content } of files())
        this.emitFile({ type: "asset", fileName: `${folder}/${path}`, source: await content() });
    },
  };
}
