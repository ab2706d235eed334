/*
 * Keeps an open change list of the admin as a reload would show it, by replacing its rows. Ticked and
 * edited controls keep their state in the new row.
 */
(function () {
    "use strict";

    var live = window.liveAdmin, all = live.all, touched = live.touched;
    var controls = live.controls, set = live.set, reset = live.reset, button = live.button;
    var page = document.getElementById("live-admin");
    var REGIONS = [".paginator", "#changelist-filter", ".hiddenfields", "#changelist .xfull",
                   "#changelist-search .small"];
    var FADE = 400;  // milliseconds, as in live.css

    if (!page || !window.WebSocket || !window.fetch) {
        return;
    }

    var keys = JSON.parse(page.dataset.keys);
    var token = versionOf(document);
    var seen = {};  // the row version each edit is based on, if older than the page's
    var drawn = contents(rowsOf(document, keys));
    var follower = live.follow(page, take, hear);
    // A control that Django's actions.js bound its handlers to on load: later edits are reported through it.
    var known = firstControl();

    function versionOf(root) {
        var field = root.querySelector('#changelist-form input[name="_version"]');
        return field ? field.value : "";
    }

    function rowsOf(root, names) {
        var rows = all("#result_list > tbody > tr", root), found = {};
        if (rows.length !== names.length) {
            return null;  // a theme with extra rows
        }
        names.forEach(function (name, index) {
            found[name] = rows[index];
        });
        return found;
    }

    function nameIn(row, control) {
        return control.name.replace(/^form-\d+-/, "");
    }

    function find(row, name) {
        return controls(row).filter(function (each) {
            return nameIn(row, each) === name;
        })[0];
    }

    /* The row as the server rendered it, before other scripts or the user changed it */
    function content(row) {
        return row.innerHTML.replace(/form-\d+-/g, "form-");
    }

    function contents(rows) {
        var found = {};
        Object.keys(rows || {}).forEach(function (key) {
            found[key] = content(rows[key]);
        });
        return found;
    }

    function hear(payload) {
        if (payload.action === "reload") {
            follower.warn(page.dataset.many, page.dataset.show, follower.schedule);
        }
        return payload.action !== "reload";
    }

    function take(found) {
        var other = found.getElementById("live-admin");
        var names = JSON.parse(other.dataset.keys);
        var old = rowsOf(document, keys), fresh = rowsOf(found, names);
        if (!old || !fresh) {
            return follower.warn(page.dataset.many, page.dataset.show, follower.reload);
        }
        var gone = without(keys, names);
        function show() {
            follower.warn("");
            swap(found, names, JSON.parse(other.dataset.changedBy), old, fresh);
        }
        function showUnlessKept() {
            if (gone.some(function (key) { return touched(old[key]).length; })) {
                gone.forEach(function (key) { old[key].classList.remove("live-gone"); });
                return follower.warn(
                    reason(without(names, keys).length, names.length), page.dataset.show, show);
            }
            show();
        }
        if (!gone.length || gone.some(function (key) { return touched(old[key]).length; })) {
            return showUnlessKept();
        }
        gone.forEach(function (key) { old[key].classList.add("live-gone"); });
        return new Promise(function (resolve) { setTimeout(resolve, FADE); }).then(showUnlessKept);
    }

    function without(names, others) {
        return names.filter(function (name) { return others.indexOf(name) < 0; });
    }

    /* Why ticked or edited rows are no longer on the page */
    function reason(added, count) {
        if (!added || count < Number(page.dataset.perPage)) {
            return page.dataset.stale;
        }
        return added === 1 ? page.dataset.newOne : page.dataset.newMany.replace("COUNT", added);
    }

    function swap(found, names, by, old, fresh) {
        var now = contents(fresh), focus = focused(old), changes = 0;
        var body = document.querySelector("#result_list > tbody");
        var table = found.querySelector("#result_list");
        if (!body || !table) {  // the list became empty, or is no longer
            replace("#changelist-form", found);
            bindActions();
        } else {
            names.forEach(function (key) {
                changes += renew(key, old[key], fresh[key], by[key]) ? 1 : 0;
            });
            body.textContent = "";
            names.forEach(function (key) { body.appendChild(fresh[key]); });
            all('input[name$="_FORMS"]', found).forEach(function (field) {
                all('input[name="' + field.name + '"]').forEach(function (mine) {
                    mine.value = field.value;
                });
            });
        }
        REGIONS.forEach(function (selector) { replace(selector, found); });
        changes += keys.length !== names.length ? 1 : 0;
        without(keys, names).forEach(function (key) { delete seen[key]; });
        token = versionOf(found);
        keys = names;
        drawn = now;
        page.dataset.keys = JSON.stringify(keys);
        carry();
        count(found);
        refocus(focus, fresh);
        if (changes) {
            follower.say(page.dataset.updated);
        }
    }

    /* Returns whether the row has changed. Carries over what was ticked or edited in the old one. */
    function renew(key, old, fresh, by) {
        if (!old) {
            fresh.classList.add("live-changed");
            return true;
        }
        var mine = touched(old), isOther = drawn[key] !== content(fresh);
        mine.forEach(function (control) {
            var place = find(fresh, nameIn(old, control));
            if (place) {
                set(place, live.valueOf(control));
            }
        });
        fresh.classList.toggle("selected", old.classList.contains("selected"));
        if (isOther) {
            fresh.classList.add("live-changed");
        }
        if (!mine.length) {
            delete seen[key];
        } else if (isOther || seen[key]) {
            seen[key] = seen[key] || token;
            note(key, fresh, by);
        }
        return isOther;
    }

    function note(key, row, by) {
        var cell = row.querySelector("th") || row.lastElementChild;
        var made = document.createElement("span");
        made.className = "live-note";
        made.textContent = by ? page.dataset.rowBy + " " + by + "." : page.dataset.row;
        made.appendChild(button(page.dataset.take, function () {
            touched(row).forEach(reset);
            delete seen[key];
            made.parentNode.removeChild(made);
            row.classList.remove("selected");
            carry();
        }));
        cell.appendChild(made);
    }

    /* Sends the row versions the user has seen, for the server's optimistic lock */
    function carry() {
        var form = document.getElementById("changelist-form");
        all('input[name="_version"]', form).forEach(function (field) {
            field.parentNode.removeChild(field);
        });
        [token].concat(Object.keys(seen).map(function (key) {
            return JSON.stringify([key]) + "@" + seen[key];
        })).forEach(function (text) {
            var field = document.createElement("input");
            field.type = "hidden";
            field.name = "_version";
            field.value = text;
            form.insertBefore(field, form.firstChild);
            if (text !== token) {
                form.appendChild(field);  // after the page's own: the last one counts
            }
        });
    }

    function replace(selector, found) {
        var mine = document.querySelector(selector), other = found.querySelector(selector);
        if (mine && other) {
            mine.parentNode.replaceChild(document.adoptNode(other), mine);
        } else if (mine && selector === ".hiddenfields") {
            mine.textContent = "";
        }
    }

    /*
     * What actions.js does for the boxes that were there on load: the counter, the box that ticks all,
     * and the warning about unsaved edits when an action is run.
     */

    function firstControl() {
        return document.querySelector("#result_list tbody td:nth-child(n+2) [name]");
    }

    function bindActions() {
        known = firstControl();
        if (boxes().length && window.ngettext) {
            django.jQuery("tr input.action-select").actions();
        }
    }

    function boxes() {
        return all("#result_list input.action-select");
    }

    /* `found`: the refetched page, if the number of results may have changed. */
    function count(found) {
        var counter = document.querySelector(".action-counter");
        var other = found && found.querySelector(".action-counter");
        var ticked = boxes().filter(function (box) { return box.checked; }).length;
        if (!counter || !window.ngettext) {
            return;
        }
        if (other) {
            django.jQuery(counter).data("actionsIcnt", Number(other.dataset.actionsIcnt));
            [".actions .all", ".actions .question a"].forEach(function (selector) {
                replaceText(selector, found);
            });
        }
        counter.textContent = interpolate(
            ngettext("%(sel)s of %(cnt)s selected", "%(sel)s of %(cnt)s selected", ticked),
            {sel: ticked, cnt: django.jQuery(counter).data("actionsIcnt")}, true);
        toggle().checked = ticked > 0 && ticked === boxes().length;
    }

    function replaceText(selector, found) {
        var mine = document.querySelector(selector), other = found.querySelector(selector);
        if (mine && other) {
            mine.textContent = other.textContent;
        }
    }

    function toggle() {
        return document.getElementById("action-toggle") || {};
    }

    document.addEventListener("change", function (event) {
        var row = event.target.closest("#result_list > tbody > tr");
        if (event.target === toggle()) {
            boxes().forEach(function (box) { tick(box, event.target.checked); });
            count();
        } else if (row && event.target.matches(".action-select")) {
            tick(event.target, event.target.checked);
            count();
        } else if (row && known) {
            django.jQuery(known).triggerHandler("change");
        }
    });

    function tick(box, isTicked) {
        box.checked = isTicked;
        box.closest("tr").classList.toggle("selected", isTicked);
    }

    function focused(rows) {
        var control = document.activeElement, found = null;
        keys.forEach(function (key) {
            if (rows[key] && rows[key].contains(control)) {
                found = {key: key, name: control.name && nameIn(rows[key], control),
                         start: control.selectionStart, end: control.selectionEnd};
            }
        });
        return found;
    }

    function refocus(focus, rows) {
        var row = focus && rows[focus.key];
        var control = row && (focus.name ? find(row, focus.name) : row.querySelector("a"));
        if (control) {
            control.focus();
            if (typeof focus.start === "number" && control.setSelectionRange) {
                control.setSelectionRange(focus.start, focus.end);
            }
        }
    }

}());
