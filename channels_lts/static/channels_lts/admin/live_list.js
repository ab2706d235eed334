/*
 * Keeps an open change list of the admin as a reload would show it: rows are put in the place of the
 * old ones. What the person has ticked or typed goes along to the new row.
 */
(function () {
    "use strict";

    var live = window.liveAdmin, all = live.all, touched = live.touched;
    var controls = live.controls, set = live.set, reset = live.reset, button = live.button;
    var page = document.getElementById("live-admin");
    var REGIONS = [".paginator", "#changelist-filter", ".hiddenfields", "#changelist .xfull",
                   "#changelist-search .small"];

    if (!page || !window.WebSocket || !window.fetch) {
        return;
    }

    var keys = JSON.parse(page.dataset.keys);
    var token = versionOf(document);
    var seen = {};  // the version that the person has of a row, where it isn't the page's
    var drawn = contents(rowsOf(document, keys));
    var follower = live.follow(page, take, function () { return true; });

    function versionOf(root) {
        var field = root.querySelector('#changelist-form input[name="_version"]');
        return field ? field.value : "";
    }

    function rowsOf(root, names) {
        var rows = all("#result_list > tbody > tr", root), found = {};
        if (rows.length !== names.length) {
            return null;  // a theme has rows of its own
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

    /* What the server has drawn, before other scripts and the person come to it */
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

    function take(found) {
        var other = found.getElementById("live-admin");
        var names = JSON.parse(other.dataset.keys), by = JSON.parse(other.dataset.changedBy);
        var old = rowsOf(document, keys), fresh = rowsOf(found, names);
        if (!old || !fresh) {
            return follower.warn(page.dataset.stale, page.dataset.show, follower.reload);
        }
        var kept = keys.filter(function (key) {
            return touched(old[key]).length;
        });
        if (kept.some(function (key) { return names.indexOf(key) < 0; })) {
            return follower.warn(page.dataset.stale, page.dataset.show, follower.reload);
        }
        var gone = keys.filter(function (key) { return names.indexOf(key) < 0; });
        gone.forEach(function (key) { old[key].classList.add("live-gone"); });
        setTimeout(function () {
            follower.warn("");
            swap(found, names, by, old, fresh);
        }, gone.length ? 400 : 0);
    }

    function swap(found, names, by, old, fresh) {
        var now = contents(fresh), focus = focused(old), changes = 0;
        var body = document.querySelector("#result_list > tbody");
        var table = found.querySelector("#result_list");
        if (!body || !table) {  // from no rows to some, or back
            replace("#changelist-form", found);
        } else {
            names.forEach(function (key) {
                changes += renew(key, old[key], fresh[key], by[key]) ? 1 : 0;
            });
            body.textContent = "";
            names.forEach(function (key) { body.appendChild(fresh[key]); });
            REGIONS.forEach(function (selector) { replace(selector, found); });
            all('input[name$="_FORMS"]', found).forEach(function (field) {
                all('input[name="' + field.name + '"]').forEach(function (mine) {
                    mine.value = field.value;
                });
            });
        }
        changes += keys.length !== names.length ? 1 : 0;
        token = versionOf(found);
        keys = names;
        drawn = now;
        page.dataset.keys = JSON.stringify(keys);
        carry();
        bindTicks(fresh);
        refocus(focus, fresh);
        if (changes) {
            follower.say(page.dataset.updated);
        }
    }

    /* Whether the row is another now. What was ticked or typed in the old one goes along. */
    function renew(key, old, fresh, by) {
        if (!old) {
            fresh.classList.add("live-changed");
            return true;
        }
        var mine = touched(old), isOther = drawn[key] !== content(fresh);
        mine.forEach(function (control) {
            var place = find(fresh, nameIn(old, control));
            if (place) {
                set(place, control);
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

    /* The versions that the person has seen, for the server's optimistic lock */
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
                form.appendChild(field);  // behind the page's own: the last one counts
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

    /* Django's own script knows the boxes that were there when the page was loaded. */
    function bindTicks(rows) {
        keys.forEach(function (key) {
            all("input.action-select", rows[key]).forEach(function (box) {
                box.addEventListener("change", function () {
                    rows[key].classList.toggle("selected", box.checked);
                });
            });
        });
    }

    var toggle = document.getElementById("action-toggle");
    if (toggle) {
        toggle.addEventListener("change", function () {
            all("#result_list input.action-select").forEach(function (box) {
                box.checked = toggle.checked;
                box.dispatchEvent(new Event("change"));
            });
        });
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
