/*
 * Keeps open admin pages up to date: opens the socket and refetches the page. live_list.js and
 * live_form.js merge the result.
 *
 * Frames carry no data; they only say which rows have changed.
 */
(function () {
    "use strict";

    var button = window.liveAdmin.button;
    var ENDED = 4401, CHANGED = 4012, RESTARTED = 1012;  // close codes
    // Milliseconds
    var LEAST = 150;  // minimum delay between a change and its refetch
    var QUIET = 5000;  // between two screen reader announcements
    var BEAT = 15000;  // between two heartbeats
    var RETRY = 10000;  // between a failed refetch and its retry

    var TRIES = 8;  // failed attempts before giving up, if no socket was ever live

    /*
     * `page`: the element with the page's data. `take(found)`: merges the refetched page; may return a
     * promise. `hear(payload)`: handles a frame and returns whether it concerns this page. `numbers`:
     * the last frame number received for each model.
     */
    function follow(page, take, hear) {
        var since = page.dataset.at;  // by the server's clock
        var timer = null, asking = false, again = false, cost = 0, said = 0;
        var wasLive = false, refused = 0, isAnswered = true, hasEnded = false, isAnother = false;
        var socket = null, numbers = {};

        /* Messages */

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

        /* Whether frames before this one were lost; records its number, or several numbers. */
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

        /* Milliseconds to wait before reconnecting after a close with this code and reason */
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
            if (hasEnded || !wasLive && refused > TRIES) {  // there is no route, or no permission
                return;
            }
            if (wasLive && code !== CHANGED && (code !== RESTARTED || refused > 1)) {
                warnOfConnection(page.dataset.lost);
            }
            isAnother = isAnother || code === CHANGED;  // refetch: what the user may see and do has changed
            if (wasLive && (code === ENDED || refused > 2)) {  // an HTTP response shows why
                schedule();
            }
            setTimeout(connect, pause(code, reason));
        }

        /* A heartbeat: a network may drop a connection without closing it. */
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

        /* Chromium keeps pages with an open socket in its bfcache; the user would stay present. */
        function leave() {
            if (page.dataset.connected === "true") {
                lose(CHANGED);  // refetch if the page is restored
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

        /* After a deploy the fetched page needs other scripts than ours; their hashed file names show it. */
        function hasOtherScripts(found) {
            var ours = document.querySelectorAll("script[src*='channels_lts/admin/']");
            return Array.prototype.some.call(ours, function (script) {
                return !found.querySelector('script[src="' + script.getAttribute("src") + '"]');
            });
        }

        /* Resolves to the page in a response, or to nothing if this page can no longer be updated. */
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
