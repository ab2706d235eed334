/*
 * Keeps the figures on the channel layer's page up to date: refetches it while it is visible. The
 * server renders everything, including the charts.
 */
(function () {
    "use strict";

    var live = window.liveAdmin, all = live.all;
    var page = document.getElementById("live-layer");
    var timer = null, isPaused = false, asking = false, cost = 0;

    if (!page || !window.fetch || !figures(document).querySelector("table")) {
        return;
    }

    function figures(root) {
        return root.querySelector("#live-layer .layer-figures");
    }

    /* Updates */

    function take(found) {
        var old = figures(document), fresh = document.importNode(figures(found), true);
        var active = old.contains(document.activeElement) ? document.activeElement : null;
        var scrolled = all(".layer-table", old).map(function (each) { return each.scrollLeft; });
        tell(problems(old), problems(fresh));
        old.parentNode.replaceChild(fresh, old);
        all(".layer-table", fresh).forEach(function (each, number) {
            each.scrollLeft = scrolled[number] || 0;
        });
        if (active) {
            (same(active, fresh) || page.querySelector(".layer-controls button")).focus();
        }
    }

    /* The counterpart in `root` of a table or of a daphne's button */
    function same(element, root) {
        return all(".layer-table, button", root).filter(function (each) {
            return name(each) === name(element);
        })[0];
    }

    function name(element) {
        return element.getAttribute("aria-label") || element.getAttribute("aria-labelledby");
    }

    /* The only changes that are announced to screen readers */
    function problems(root) {
        return all(".layer-problem", root).map(function (each) {
            return each.textContent;
        }).join(" ");
    }

    function tell(before, now) {
        if (before !== now) {
            page.querySelector(".live-status").textContent = now;
        }
    }

    /* Polling */

    function schedule() {
        clearTimeout(timer);
        if (!isPaused && !asking && !document.hidden) {
            timer = setTimeout(ask, Math.max(page.dataset.every, 2 * cost));
        }
    }

    function ask() {
        var started = Date.now();
        asking = true;
        fetch(location.href, {credentials: "same-origin"}).then(read).catch(function () {
            warn(page.dataset.lost);
        }).then(function () {
            cost = Date.now() - started;
            asking = false;
            schedule();
        });
    }

    function read(answer) {
        if (answer.status >= 500) {
            throw new Error(answer.status);
        }
        return answer.text().then(function (text) {
            var found = new DOMParser().parseFromString(text, "text/html");
            if (!answer.ok || !figures(found)) {
                isPaused = true;
                return warn(page.dataset.ended);
            }
            warn("");
            if (!isPaused) {
                take(found);
            }
        });
    }

    function warn(text) {
        var message = page.querySelector(".live-connection");
        if (message.firstChild && message.firstChild.data === text) {
            return;
        }
        message.textContent = text;
        message.hidden = !text;
        if (text) {
            message.appendChild(live.button(page.dataset.show, function () { location.reload(); }));
        }
    }

    var pause = live.button(page.dataset.pause, function () {
        isPaused = !isPaused;
        pause.textContent = isPaused ? page.dataset.resume : page.dataset.pause;
        schedule();
    });
    pause.className = "button";
    page.querySelector(".layer-controls").appendChild(pause);
    document.addEventListener("visibilitychange", schedule);
    schedule();
}());
