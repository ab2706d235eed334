/*
 * What keeps open pages of the admin up to date: the socket, and the question for the page as it is
 * now. live_list.js and live_form.js take the answer in.
 *
 * Frames only say that rows have changed.
 */
(function () {
    "use strict";

    var button = window.liveAdmin.button;
    var ENDED = 4401, CHANGED = 4012, RESTARTED = 1012;  // codes of closing
    // Milliseconds
    var LEAST = 150;  // from a change to the question
    var QUIET = 5000;  // between two sentences to a screen reader
    var BEAT = 15000;  // between two questions whether the server is there
    var RETRY = 10000;  // from a question that failed to the next

    var TRIES = 8;  // to open a socket that never was

    /*
     * `page`: the element with the page's data. `take`: is given the page as it is now, and may
     * return a promise. `hear`: is given the payload of each frame, and says whether it concerns
     * the page. `numbers`: the last number of each model's frames.
     */
    function follow(page, take, hear) {
        var since = page.dataset.at;  // by the server's clock
        var timer = null, asking = false, again = false, cost = 0, said = 0;
        var wasLive = false, refused = 0, isAnswered = true, hasEnded = false, isAnother = false;
        var socket = null, numbers = {};

        /* What the person is told */

        function say(text) {
            if (Date.now() - said > QUIET) {
                said = Date.now();
                page.querySelector(".live-status").textContent = text;
            }
        }

        function tell(selector, text, label, action) {
            var message = page.querySelector(selector);
            message.textContent = text || "";
            message.hidden = !text;
            page.classList.toggle("live-says", Boolean(
                page.querySelector(".live-connection:not([hidden]), .live-message:not([hidden])")));
            if (label) {
                message.appendChild(button(label, action));
            }
        }

        function warn(text, label, action) {
            tell(".live-message", text, label, action);
        }

        function warnOfConnection(text) {
            tell(".live-connection", text, text && page.dataset.show, reload);
        }

        function end(text) {
            hasEnded = true;
            warnOfConnection("");
            warn(text, page.dataset.show, reload);
        }

        /* The socket */

        function connect() {
            var scheme = location.protocol === "https:" ? "wss://" : "ws://";
            socket = new WebSocket(scheme + location.host + page.dataset.socket);
            socket.onmessage = function (event) {
                var payload = JSON.parse(event.data).payload;
                if (payload) {
                    receive(payload);
                }
            };
            socket.onclose = function (event) {
                lose(event.code, event.reason);
            };
        }

        function receive(payload) {
            var hasMissed = payload.seq ? isAhead(payload) : false;
            if (payload.action === "following") {
                page.dataset.connected = "true";
                isAnswered = true;
                refused = 0;
                warnOfConnection("");
                hasMissed = hasMissed || isAnother;
                wasLive = true;
                isAnother = false;
            } else if (payload.action === "sync") {
                isAnswered = true;
            } else {
                hasMissed = hear(payload) || hasMissed;
            }
            if (hasMissed) {
                schedule();
            }
        }

        /* Whether frames have been lost before this one; notes its number, or several. */
        function isAhead(payload) {
            var found = payload.seq, isLate = typeof found === "object";
            var missed = false;
            if (!isLate) {
                found = {};
                found[payload.model] = payload.seq;
            }
            Object.keys(found).forEach(function (model) {
                var last = numbers[model];
                missed = missed || last !== undefined && found[model] > last + (isLate ? 0 : 1);
                numbers[model] = Math.max(found[model], last || 0);
            });
            return missed;
        }

        /* Milliseconds until the next try, after it was closed with a code and a reason. */
        function pause(code, reason) {
            var said = code === RESTARTED && /^spread=(\d+(?:\.\d+)?)$/.exec(reason);
            if (said) {
                return Math.random() * Math.min(60, said[1]) * 1000;
            }
            return code === CHANGED ? 50 :
                Math.min(30000, 500 * Math.pow(2, refused)) * (0.5 + Math.random() / 2);
        }

        function lose(code, reason) {
            socket.onmessage = socket.onclose = null;
            socket.close();
            page.dataset.connected = "false";
            refused += 1;
            if (hasEnded || !wasLive && refused > TRIES) {  // there is no route, or no right
                return;
            }
            if (wasLive && code !== CHANGED && (code !== RESTARTED || refused > 1)) {
                warnOfConnection(page.dataset.lost);
            }
            isAnother = isAnother || code === CHANGED;  // the page shows what one may see and do
            if (wasLive && (code === ENDED || refused > 2)) {  // by HTTP one hears why
                schedule();
            }
            setTimeout(connect, pause(code, reason));
        }

        /* A network can go without a word. */
        function check() {
            if (page.dataset.connected === "true") {
                if (!isAnswered) {
                    return lose();
                }
                isAnswered = false;
                send({action: "sync"});
            }
        }

        function goOffline() {
            if (page.dataset.connected === "true") {
                lose();
            }
        }

        /* Chromium keeps a page for the way back, its open socket too: one would still be here. */
        function leave() {
            if (page.dataset.connected === "true") {
                lose(CHANGED);  // when the page is there again it asks what has changed
            }
        }

        /* The page */

        function schedule() {
            again = asking || document.hidden;
            if (!again && timer === null) {
                timer = setTimeout(ask, Math.max(page.dataset.least || LEAST, 2 * cost));
            }
        }

        function comeBack() {
            if (again && !asking) {
                schedule();
            }
        }

        function ask() {
            var started = Date.now();
            var url = location.pathname + (location.search ? location.search + "&" : "?")
                + "_since=" + since;
            timer = null;
            asking = true;
            fetch(url, {credentials: "same-origin"}).then(read).then(function (found) {
                return found && take(found);
            }).catch(function () {
                warnOfConnection(page.dataset.lost);
                setTimeout(schedule, RETRY);
            }).then(function () {
                cost = Date.now() - started;
                asking = false;
                comeBack();
            });
        }

        /* After a deploy: what we would take in is for others. Hashed names of files tell. */
        function hasOtherScripts(found) {
            var ours = document.querySelectorAll("script[src*='channels_lts/admin/']");
            return Array.prototype.some.call(ours, function (script) {
                return !found.querySelector('script[src="' + script.getAttribute("src") + '"]');
            });
        }

        /* A promise of the page that a response has; of nothing, where there is none any more. */
        function read(answer) {
            if (answer.status >= 500) {
                throw new Error(answer.status);
            }
            return answer.text().then(function (text) {
                var found = new DOMParser().parseFromString(text, "text/html");
                var data = found.getElementById("live-admin");
                if (answer.ok && data && data.dataset.socket === page.dataset.socket) {
                    if (hasOtherScripts(found)) {
                        return end(page.dataset.outdated);
                    }
                    since = data.dataset.at;
                    warnOfConnection(page.dataset.connected === "true" ? "" : page.dataset.lost);
                    return found;
                }
                return end(found.querySelector("input[type=password]") ? page.dataset.ended
                           : page.dataset.gone);
            });
        }

        function reload() {
            location.reload();
        }

        function send(payload) {
            if (socket && socket.readyState === WebSocket.OPEN) {
                socket.send(JSON.stringify(payload));
            }
        }

        connect();
        setInterval(check, BEAT);
        window.addEventListener("offline", goOffline);
        window.addEventListener("pagehide", leave);
        document.addEventListener("visibilitychange", comeBack);
        return {say: say, warn: warn, reload: reload, schedule: schedule, send: send};
    }

    window.liveAdmin.follow = follow;
}());
