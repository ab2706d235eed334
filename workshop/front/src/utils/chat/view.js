/**
 * What a room's page shows of it: { room, hasJoined, isStuck, below, looked }.
 *
 * `isStuck`: the log shows its end. `below` and `looked`: how many had arrived when the log's end, when the
 * page was last in sight.
 */
export const firstView = room => ({ room, hasJoined: false, isStuck: true, below: 0, looked: 0 });

const EVENTS = {
  room: (view, { room, isHidden }) => ({
    ...view,
    room,
    hasJoined: view.hasJoined || room.joined,
    below: view.isStuck ? room.log.arrivals : view.below,
    looked: isHidden ? view.looked : room.log.arrivals,
  }),
  looked: (view, { isHidden }) => (isHidden ? view : { ...view, looked: view.room.log.arrivals }),
  stuck: (view, { isStuck }) => ({ ...view, isStuck, below: view.room.log.arrivals }),
};

export const viewed = (view, event) => EVENTS[event.type](view, event);
