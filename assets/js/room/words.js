// What is said, in one place.
export const WORDS = {
  region: "Class",
  connecting: "Connecting…",
  lost: "Connection lost; trying again…",
  closed: "The lecturer has closed this room.",
  waiting: "Waiting for the lecturer to begin.",
  following: "Following the lecturer",
  looking: "Looking around on your own",
  look: "Look around",
  back: "Back to the lecturer",
  leave: "Leave",
  pause: "Pause",
  go_on: "Go on",
  paused: "Paused: the class stays where it is",
  at_home: "this page is yours alone",
  hide: "Hide the question",
  unhide: "Show the question",
  measured: "Measured",
  voted: "Your vote is in. You can change it until the vote is closed.",
  not_voted: "Choose one. You can change it until the vote is closed.",
  no_number: "Choose a number and vote. You can change it until the vote is closed.",
  number: "Your number",
  round: "Vote",
  vote: "Vote",
  over: "The vote is closed. The lecturer shows the votes when it is time.",
  hidden: "The votes are hidden until you show them.",
  close: "Close the vote",
  show: "Show the votes",
  again: "Vote again",
  away: "Put the question away",
};

/** "23 follow" */
export function followersTold(n) {
  return n === 1 ? "1 follows" : `${n ?? 0} follow`;
}

/** "ABC 234", easier to read aloud than six letters in a row. */
export function codeTold(code) {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** "Vote 2: 17 have voted" */
export function votedTold(round, n, isOpen) {
  return `Vote ${round}: ${n} ${n === 1 ? "has" : "have"} voted${isOpen ? "" : ", closed"}.`;
}
