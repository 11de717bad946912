// The student's side: go where the lecturer is, unless they look around on their own.
import { goTo, placeKey } from "./place.js";

/** Go to where the lecturer is now, if that is somewhere else than they last were. */
export function followTo(room, { force = false } = {}) {
  const place = room.state?.place;
  if (!room.following || !place || room.state.closed) return;
  const key = placeKey(place);
  if (force || key !== room.placeFollowed) {
    room.placeFollowed = key;
    goTo(place, room.code);
  }
  // A viewer that is still to come finds it here.
  window.conescopeFollowed = place.view;
  if (place.view) window.dispatchEvent(new CustomEvent("conescope:follow", { detail: place.view }));
}

/** Look around, or come back. */
export function setFollowing(room, following) {
  room.following = following;
  if (following) followTo(room, { force: true });
  else window.conescopeFollowed = null;
  room.changed();
}
