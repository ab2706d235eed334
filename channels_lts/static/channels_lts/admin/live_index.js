/*
 * Keeps the list of people online on the admin's index up to date and announces logins: on the page
 * and, with permission, as system notifications.
 */
(function () {
    "use strict";

    var live = window.liveAdmin, all = live.all;
    var page = document.getElementById("live-admin");
    var region = page && page.querySelector(".live-toasts");  // null: left to the project
    var SHOWN = 6000;  // milliseconds
    var MOST = 4;  // at a time

    if (!page || !window.WebSocket || !window.fetch) {
        return;
    }

    var known = logins(page);

    function lists(root) {
        return root.querySelector("#live-admin .live-lists");
    }

    /* Updates */

    function take(found) {
        var old = lists(document), fresh = document.importNode(lists(found), true);
        offer(fresh);
        if (old.innerHTML !== fresh.innerHTML) {
            put(old, fresh);
            announce(logins(fresh));
        }
    }

    function put(old, fresh) {
        var active = old.contains(document.activeElement) ? document.activeElement : null;
        old.parentNode.replaceChild(fresh, old);
        if (active) {
            (same(active, fresh) || page.querySelector("h2")).focus();
        }
    }

    function same(element, root) {
        return all("a, button:not([hidden])", root).filter(function (each) {
            return each.textContent === element.textContent && each.href === element.href;
        })[0];
    }

    /* Logins */

    /* The latest logins, newest first; null if they aren't shown. */
    function logins(root) {
        var list = root.querySelector(".live-logins");
        return list && all("li", list).map(function (row) {
            return {user: row.dataset.user, at: Number(row.dataset.at), said: row.dataset.said};
        });
    }

    function announce(fresh) {
        var before = known;
        known = fresh || known;
        if (!region || !fresh || !before) {
            return;
        }
        fresh.filter(function (each) {
            return each.user !== page.dataset.me && each.at >= before[0].at
                && !before.some(function (old) {
                    return old.user === each.user && old.at === each.at;
                });
        }).reverse().forEach(function (each) {
            toast(each.said);
            notify(each.said);
        });
    }

    function toast(text) {
        var made = document.createElement("div");
        var name = document.createElement("bdi");
        function dismiss() {
            made.remove();
        }
        made.className = "live-toast";
        name.textContent = text;
        made.appendChild(name);
        made.appendChild(live.button("\u00d7", dismiss)).setAttribute(
            "aria-label", page.dataset.dismiss);
        region.appendChild(made);
        if (region.children.length > MOST) {
            region.firstChild.remove();
        }
        setTimeout(dismiss, SHOWN);
    }

    function notify(text) {
        if (!window.Notification || Notification.permission !== "granted") {
            return;
        }
        try {  // a shared tag: each replaces the one before, so none pile up
            new Notification(text, {tag: "channels-lts-logins"}).onclick = function () {
                window.focus();
            };
        } catch (error) {
            // Chromium on Android has the constructor but throws: only service workers may notify there.
        }
    }

    function offer(root) {
        var button = root.querySelector(".live-allow");
        if (!button) {
            return;
        }
        button.hidden = !window.Notification || Notification.permission !== "default";
        button.addEventListener("click", function () {
            Notification.requestPermission().then(function () {
                button.hidden = Notification.permission !== "default";
            });
        });
    }

    offer(page);
    live.follow(page, take, function () { return true; });
}());
