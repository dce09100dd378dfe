// Talks to the sandbox: JSON both ways, and the stream of changes that says when to look again.

export class Failed extends Error {}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Failed(body.error ?? `HTTP ${response.status}`);
  return body;
}

export const get = async (path) => answer(await fetch(path, { headers: { Accept: "application/json" } }));

export const post = async (path, body) =>
  answer(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

// Reads a state again whenever asked, never twice at once, with `gap` ms between, or as long as the last reading took: a
// heavy state must not keep the sandbox busy with showing itself.
export class Reader {
  constructor(path, changed, gap = 60) {
    this.path = path;
    this.changed = changed;
    this.gap = gap;
    this.busy = false;
    this.again = false;
  }

  async read() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        const path = this.path();
        const started = performance.now();
        const state = await get(path).catch(() => null);
        if (state && path === this.path()) this.changed(state);
        await new Promise((done) => setTimeout(done, Math.max(this.gap, performance.now() - started)));
      } while (this.again);
    } finally {
      this.busy = false;
    }
  }
}

// changed(topic, kind) for every change; status(true | false) for the connection. The browser reconnects by itself.
export function listen(changed, status) {
  let source;
  const open = () => {
    source = new EventSource("/sandbox/events");
    source.onopen = () => { status(true); changed("*"); };
    source.onmessage = (event) => {
      const { topic, kind } = JSON.parse(event.data);
      changed(topic, kind);
    };
    source.onerror = () => {
      status(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 2000);
    };
  };
  open();
}
