/**
 * What a room's page shows of it: { room, hasJoined, isStuck, below, looked, mark }.
 *
 * `isStuck`: the log shows its end. `below` and `looked`: how many had arrived when the log's end, when the
 * page was last in sight. `mark`: after which number it is new to the visitor; null where nothing is.
 */
import { lastNumber } from './log';

/** `read`: up to which number the visitor had read before, or null where they have never been. */
export function firstView({ room, read }) {
  const isNew = ({ number, user }) => read !== null && number > read && user !== room.me;
  const mark = room.log.messages.some(isNew) ? read : null;
  return { room, hasJoined: false, isStuck: mark === null, below: 0, looked: 0, mark };
}

/** What comes while nobody looks is new on the return, below what was in sight. */
const hidden = view => ({ ...view, mark: view.isStuck ? lastNumber(view.room.log) : view.mark });

const back = view => ({
  ...view, looked: view.room.log.arrivals, mark: view.mark === lastNumber(view.room.log) ? null : view.mark,
});

const EVENTS = {
  room: (view, { room, isHidden }) => ({
    ...view,
    room,
    hasJoined: view.hasJoined || room.joined,
    below: view.isStuck ? room.log.arrivals : view.below,
    looked: isHidden ? view.looked : room.log.arrivals,
  }),
  looked: (view, { isHidden }) => (isHidden ? hidden(view) : back(view)),
  said: view => ({ ...view, isStuck: true, below: view.room.log.arrivals, mark: null }),
  stuck: (view, { isStuck }) => ({ ...view, isStuck, below: view.room.log.arrivals }),
};

export const viewed = (view, event) => EVENTS[event.type](view, event);
