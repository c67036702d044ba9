// A part of a page that the server writes anew while one types.
// Newest answer only: an older one that comes later is dropped.
export class Part {
  constructor(place) {
    this.place = place;
  }

  async load(address) {
    this.stop();
    const mine = (this.asking = new AbortController());
    try {
      const answer = await fetch(address, { redirect: "manual", credentials: "same-origin", signal: mine.signal });
      if (!answer.ok) return false;
      const html = await answer.text();
      if (mine !== this.asking || !this.place.isConnected) return false;
      this.place.innerHTML = html;
      return true;
    } catch {
      return false;
    } finally {
      if (mine === this.asking) this.asking = null;
    }
  }

  stop() {
    this.asking?.abort();
    this.asking = null;
  }

  empty() {
    this.stop();
    this.place.replaceChildren();
  }
}
