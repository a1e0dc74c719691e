// The one player: what is in it, where it is, and that it stops on time. It knows nothing of the page.

const EARLY = 0.01; // seconds before its end at which a clip counts as over

/**
 * Plays clips {audio, start, end, words, by, theme, kind, shape, name, page}; times in seconds, `end` null to play on.
 * Sends "clip" when another one is put in, or none, "state" when it starts, stops or changes speed, "place" when it moves, "end"
 * when it has come to the end of the clip, or of the recording.
 */
export class Player extends EventTarget {
  #timer = 0;
  #frame = 0;

  constructor(element) {
    super();
    this.element = element;
    this.clip = null;
    this.heard = false; // whether what is in was played, here or on a page before
    this.chosen = 1; // the speed that goes along from page to page
    for (const name of ["play", "pause", "ended", "ratechange", "loadedmetadata"]) {
      element.addEventListener(name, () => this.#changed("state"));
    }
    for (const name of ["timeupdate", "seeking", "seeked"]) {
      element.addEventListener(name, () => this.#changed("place"));
    }
    element.addEventListener("ended", () => this.dispatchEvent(new Event("end")));
    element.addEventListener("error", () => this.#trouble("This audio could not be loaded."));
  }

  get playing() {
    return !this.element.paused && !this.element.ended;
  }

  get time() {
    return this.element.currentTime;
  }

  /** Where the clip ends, or the whole recording; 0 while that is unknown. */
  get end() {
    return this.clip?.end ?? (Number.isFinite(this.element.duration) ? this.element.duration : 0);
  }

  /** Puts a clip in, at its start or at a given second, without playing it. */
  load(clip, at = clip.start) {
    this.clip = clip;
    this.heard = false;
    const address = new URL(clip.audio, location.href).href;
    if (this.element.src !== address) this.element.src = address;
    this.element.currentTime = at; // before the metadata is there, this sets where playback will begin
    this.dispatchEvent(new Event("clip"));
    this.#changed("place");
  }

  /** Takes out what is in. */
  empty() {
    this.clip = null;
    this.heard = false;
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load(); // lets go of the audio
    this.dispatchEvent(new Event("clip"));
    this.#changed("place");
  }

  /** Plays what is in; from its start again if it had come to its end. False where the browser wants a click first. */
  async play() {
    if (!this.clip) return false;
    if (this.clip?.end != null && (this.element.ended || this.time >= this.clip.end - 0.05)) this.element.currentTime = this.clip.start;
    try {
      await this.element.play();
      return true;
    } catch (error) {
      if (error.name !== "AbortError" && error.name !== "NotAllowedError") this.#trouble("This audio could not be played.");
      return false;
    }
  }

  pause() {
    this.element.pause();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Goes to a second within what is in. */
  seek(seconds) {
    const first = this.clip?.end != null ? this.clip.start : 0;
    this.element.currentTime = Math.min(Math.max(seconds, first), this.end || seconds);
  }

  set rate(rate) {
    this.chosen = rate;
    this.rateHere(rate);
  }

  /** Another speed for as long as the page is shown; the chosen one comes back with the next page. */
  rateHere(rate) {
    this.element.defaultPlaybackRate = rate;
    this.element.playbackRate = rate;
  }

  get rate() {
    return this.element.playbackRate;
  }

  #changed(name) {
    this.heard ||= this.playing;
    this.dispatchEvent(new Event(name));
    this.#watchEnd();
    if (this.playing && !this.#frame) this.#tick();
  }

  // "timeupdate" comes four times a second: too coarse to stop on a word, so a timer is set to the very end
  #watchEnd() {
    clearTimeout(this.#timer);
    if (!this.playing || this.clip?.end == null) return;
    const left = this.clip.end - this.time;
    if (left > EARLY) {
      this.#timer = setTimeout(() => this.#watchEnd(), Math.max((left / this.rate) * 1000 - 5, 4));
    } else {
      this.element.pause();
      this.dispatchEvent(new Event("end"));
    }
  }

  #tick() {
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.dispatchEvent(new Event("place"));
      if (this.playing) this.#tick();
    });
  }

  #trouble(message) {
    this.dispatchEvent(new CustomEvent("trouble", { detail: message }));
  }
}
