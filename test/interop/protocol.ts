/** What both servers and both clients can do, so that one script drives each of them. */
export interface Side {
  onRequest(
    method: string,
    handler: (params: unknown, onCancel: (act: () => void) => void) => unknown,
  ): unknown;
  onNotification(method: string, handler: (params: unknown) => void): unknown;
  request(method: string, params: object): Promise<unknown>;
  notify(method: string, params: object): Promise<void>;
}

/** The server's part: echo, fail, call back, count notes, and wait until it is cancelled. */
export function serve(side: Side): void {
  let notes = 0;
  let cancelled = 0;
  side.onRequest("echo", (params) => params);
  side.onRequest("notes", () => ({ notes, cancelled }));
  side.onRequest("fail", () => {
    throw new Error("on purpose");
  });
  side.onRequest("callBack", async (params) => side.request("ask", { of: params }));
  side.onRequest(
    "wait",
    (_, onCancel) =>
      new Promise((resolve) => {
        onCancel(() => {
          cancelled++;
          resolve(null);
        });
        void side.notify("waiting", {});
      }),
  );
  side.onNotification("note", () => {
    notes++;
    void side.notify("noted", { notes });
  });
}
