/*
 * What keeps open pages of the admin up to date: the socket, the question for the page as it is now,
 * and what the person has typed. live_list.js and live_form.js take the answer in.
 *
 * Frames only say that rows have changed.
 */
(function () {
    "use strict";

    var ENDED = 4401, CHANGED = 4012;
    var LEAST = 150;  // milliseconds from a change to the question
    var QUIET = 5000;  // between two sentences to a screen reader

    function all(selector, root) {
        return Array.prototype.slice.call((root || document).querySelectorAll(selector));
    }

    function controls(row) {
        return all("input:not([type=hidden]), select, textarea", row);
    }

    function isTouched(control) {
        if (control.type === "checkbox" || control.type === "radio") {
            return control.checked !== control.defaultChecked;
        }
        return valueOf(control) !== drawnValue(control);
    }

    function chosen(select, attribute) {
        var found = Array.prototype.filter.call(select.options, function (option) {
            return option[attribute];
        });
        return found.length || select.multiple ? found : Array.prototype.slice.call(
            select.options, 0, 1);
    }

    /* A control's value as one text, now and as the server drew it */
    function valueOf(control) {
        return read(control, "checked", "selected", "value");
    }

    function drawnValue(control) {
        return read(control, "defaultChecked", "defaultSelected", "defaultValue");
    }

    function read(control, checked, selected, value) {
        if (control.type === "checkbox" || control.type === "radio") {
            return control[checked] ? "1" : "";
        }
        if (control.options) {
            return JSON.stringify(chosen(control, selected).map(function (option) {
                return option.value;
            }));
        }
        return control[value];
    }

    function touched(row) {
        return controls(row).filter(isTouched);
    }

    function set(place, control) {
        if (control.type === "checkbox" || control.type === "radio") {
            place.checked = control.checked;
        } else if (control.options) {
            select(place, valueOf(control));
        } else {
            place.value = control.value;
        }
    }

    function select(control, values) {
        Array.prototype.forEach.call(control.options, function (option) {
            option.selected = JSON.parse(values).indexOf(option.value) >= 0;
        });
    }

    function reset(control) {
        if (control.type === "checkbox" || control.type === "radio") {
            control.checked = control.defaultChecked;
        } else if (control.options) {
            select(control, drawnValue(control));
        } else {
            control.value = control.defaultValue;
        }
    }

    function button(label, action) {
        var made = document.createElement("button");
        made.type = "button";
        made.textContent = label;
        made.addEventListener("click", action);
        return made;
    }

    /*
     * `page`: the element with the page's data. `take`: is given the page as it is now.
     * `hear`: is given the payload of each frame, and says whether it concerns the page.
     */
    function follow(page, take, hear) {
        var since = page.dataset.at;  // by the server's clock
        var timer = null, asking = false, again = false, cost = 0, said = 0;
        var wasLive = false, refused = 0, socket = null;

        /* What the person is told */

        function say(text) {
            if (Date.now() - said > QUIET) {
                said = Date.now();
                page.querySelector(".live-status").textContent = text;
            }
        }

        function warn(text, label, action) {
            var message = page.querySelector(".live-message");
            message.textContent = text || "";
            message.hidden = !text;
            if (label) {
                message.appendChild(button(label, action));
            }
        }

        /* The socket */

        function connect() {
            var scheme = location.protocol === "https:" ? "wss://" : "ws://";
            socket = new WebSocket(scheme + location.host + page.dataset.socket);
            socket.onmessage = function (event) {
                var payload = JSON.parse(event.data).payload;
                if (payload.action === "following") {
                    page.dataset.connected = "true";
                    refused = 0;
                    warn("");
                    if (wasLive) {
                        schedule();
                    }
                    wasLive = true;
                } else if (hear(payload)) {
                    schedule();
                }
            };
            socket.onclose = function (event) {
                page.dataset.connected = "false";
                refused += 1;
                if (event.code === ENDED || refused > 8) {
                    return wasLive && warn(page.dataset.ended);
                }
                if (wasLive && event.code !== CHANGED) {
                    warn(page.dataset.lost);
                }
                setTimeout(connect, event.code === CHANGED ? 50 :
                           Math.min(30000, 500 * Math.pow(2, refused)) * (0.5 + Math.random() / 2));
            };
        }

        /* The page */

        function schedule() {
            again = asking;
            if (!asking && timer === null) {
                timer = setTimeout(ask, Math.max(page.dataset.least || LEAST, 2 * cost));
            }
        }

        function ask() {
            var started = Date.now();
            var url = location.pathname + (location.search ? location.search + "&" : "?")
                + "_since=" + since;
            timer = null;
            asking = true;
            fetch(url, {credentials: "same-origin"}).then(function (answer) {
                if (!answer.ok || answer.redirected) {
                    throw new Error(page.dataset.gone);
                }
                return answer.text();
            }).then(function (text) {
                var found = new DOMParser().parseFromString(text, "text/html");
                if (!found.getElementById("live-admin")) {
                    throw new Error("another page");
                }
                take(found);
                since = found.getElementById("live-admin").dataset.at;
            }).catch(function (error) {
                warn(error.message === page.dataset.gone ? page.dataset.gone : page.dataset.lost,
                     page.dataset.show, reload);
            }).then(function () {
                cost = Date.now() - started;
                asking = false;
                if (again) {
                    schedule();
                }
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
        return {say: say, warn: warn, reload: reload, send: send};
    }

    window.liveAdmin = {
        all: all, button: button, chosen: chosen, controls: controls, drawnValue: drawnValue,
        follow: follow, isTouched: isTouched, reset: reset, set: set, touched: touched,
        valueOf: valueOf
    };
}());
