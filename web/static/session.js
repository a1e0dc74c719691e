// What lock screens, headphones and media keys show of the player, and what they can do with it.

const SESSION = navigator.mediaSession;

/** Ties the browser's media session to the player. */
export function showSession(player) {
  if (!SESSION) return;
  player.addEventListener("clip", () => {
    const { words, by, name } = player.clip ?? {};
    SESSION.metadata = player.clip && new MediaMetadata({ title: words, artist: by, album: name ?? "" });
    if (!player.clip) SESSION.playbackState = "none";
  });
  player.addEventListener("state", place);
  player.element.addEventListener("seeked", place);

  const first = () => (player.clip?.end != null ? player.clip.start : 0);
  const act = {
    play: () => player.play(),
    pause: () => player.pause(),
    stop: () => player.pause(),
    seekbackward: ({ seekOffset }) => player.seek(player.time - (seekOffset || 10)),
    seekforward: ({ seekOffset }) => player.seek(player.time + (seekOffset || 10)),
    seekto: ({ seekTime }) => player.seek(first() + seekTime),
  };
  for (const [name, action] of Object.entries(act)) handle(name, action);

  function place() {
    if (!player.clip) return;
    SESSION.playbackState = player.playing ? "playing" : "paused";
    const duration = player.end - first();
    if (!(duration > 0)) return;
    const position = Math.min(Math.max(player.time - first(), 0), duration);
    SESSION.setPositionState?.({ duration, position, playbackRate: player.rate });
  }
}

/** What "next" and "previous" of headphones do on this page; null for nothing. */
export function setTracks({ next, previous }) {
  handle("nexttrack", next);
  handle("previoustrack", previous);
}

function handle(name, action) {
  try {
    SESSION?.setActionHandler(name, action);
  } catch {
    // a browser that does not know this action does without
  }
}
