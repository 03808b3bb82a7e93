import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server that can be cut. */
export interface Proxy extends AsyncDisposable {
  /** The URL of the server, by this way. */
  readonly url: string;
  /** Cuts the connection that asks next, or after some more questions, before the server gets anything of it. */
  cutNextQuestion(skip?: number): void;
  /** Cuts the connection that asks next, or after some more, when the server has answered: the answer is lost. */
  cutNextAnswer(skip?: number): void;
  /**
   * Holds the next question back, and all that its connection says afterwards, or the answers to it. Resolves when it came
   * there.
   */
  stallNext(what: "question" | "answer"): Promise<void>;
  /** Takes new connections, and lets nothing of them through, or lets through what they say from now on. */
  stallNew(stalled: boolean): void;
  /** Cuts all connections, and takes no new ones. */
  close(): void;
  /** Takes new connections again. */
  open(): void;
}

/** Opens a way to the server of a URL. */
export async function openProxy(url: string): Promise<Proxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let closed = false;
  let cut: "question" | "answer" | undefined;
  let skipped = 0;
  let stall: { readonly what: "question" | "answer"; readonly came: () => void } | undefined;
  let stallsNew = false;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    }
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    if (closed) end();
    let losesAnswer = false;
    const stalled = { question: stallsNew, answer: stallsNew };
    client.on("data", (data) => {
      if (stalled.question) return;
      if (stall) {
        const { what, came } = stall;
        stall = undefined;
        stalled[what] = true;
        if (what === "question") {
          came();
          return;
        }
        upstream.once("data", came);
      }
      if (cut !== undefined && skipped > 0) skipped--;
      else if (cut === "question") {
        cut = undefined;
        end();
        return;
      } else if (cut === "answer") {
        cut = undefined;
        losesAnswer = true;
      }
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (stalled.answer) return;
      if (losesAnswer) end();
      else client.write(data);
    });
    client.on("close", end);
    upstream.on("close", end);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: Object.assign(new URL(url), { port: String(port) }).href,
    cutNextQuestion(skip = 0) {
      cut = "question";
      skipped = skip;
    },
    cutNextAnswer(skip = 0) {
      cut = "answer";
      skipped = skip;
    },
    stallNext(what) {
      return new Promise((came) => {
        stall = { what, came };
      });
    },
    stallNew(stalled) {
      stallsNew = stalled;
    },
    close() {
      closed = true;
      for (const socket of sockets) socket.destroy();
    },
    open() {
      closed = false;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
