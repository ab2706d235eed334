/*
 * Keeps an open change form of the admin up to date: what the person hasn't touched takes the new
 * value, and of what both have changed both values are shown.
 */
(function () {
    "use strict";

    var live = window.liveAdmin, all = live.all;
    var page = document.getElementById("live-admin");
    var form = document.querySelector("#content-main form");
    var SAID = 3000;  // milliseconds for which somebody counts as typing

    if (!page || !form || !window.WebSocket || !window.fetch) {
        return;
    }

    var people = {}, typing = {}, unresolved = {}, next = null, told = 0;
    var follower = live.follow(page, take, hear);

    function formOf(root) {
        return root.querySelector("#content-main form");
    }

    function named(root) {
        var found = {};
        live.controls(root).forEach(function (control) {
            if (control.name && control.type !== "file" && control.name.indexOf("__prefix__") < 0) {
                found[control.name + (control.type === "radio" ? "=" + control.value : "")] =
                    control;
            }
        });
        return found;
    }

    function shape(root) {
        return JSON.stringify(all('input[name$="-INITIAL_FORMS"], input[name$="-id"]', root).filter(
            function (field) { return field.name.indexOf("__prefix__") < 0 && field.value; }
        ).map(function (field) { return [field.name, field.defaultValue]; }));
    }

    /* What is there now */

    function take(found) {
        var theirs = formOf(found), other = found.getElementById("live-admin"), changes = [];
        var mine = named(form), fresh = named(theirs);
        if (shape(form) !== shape(theirs) || all("select.selectfilter", theirs).some(isOther)) {
            return follower.warn(page.dataset.rows, page.dataset.show, follower.reload);
        }
        Object.keys(fresh).forEach(function (name) {
            var control = mine[name];
            if (control && live.drawnValue(control) !== live.drawnValue(fresh[name])) {
                changes.push(label(control) + ": " + shown(control, "default") + " \u2192 "
                             + shown(fresh[name], "default"));
                merge(name, control, fresh[name], other.dataset.by);
            }
        });
        all(".readonly", theirs).forEach(function (value, index) {
            var old = all(".readonly", form)[index];
            if (old) {
                old.innerHTML = value.innerHTML;
            }
        });
        next = theirs.querySelector('input[name="_version"]');
        settle();
        tell(other.dataset, changes);
    }

    function isOther(select) {
        var first = page.dataset["drawn-" + select.name];
        page.dataset["drawn-" + select.name] = live.drawnValue(select);
        return first !== undefined && first !== live.drawnValue(select);
    }

    function merge(name, control, fresh, by) {
        forget(name);
        if (!live.isTouched(control) || live.valueOf(control) === live.drawnValue(fresh)) {
            adopt(control, fresh);
            live.reset(control);
            control.classList.add("live-changed");
            return;
        }
        var note = document.createElement("span");
        note.className = "live-note";
        note.setAttribute("data-for", name);
        note.textContent = (by ? page.dataset.rowBy + " " + by : page.dataset.row) + ": "
            + shown(fresh, "default");
        note.appendChild(live.button(page.dataset.take, function () {
            adopt(control, fresh);
            live.reset(control);
            resolve(name);
        }));
        note.appendChild(live.button(page.dataset.keep, function () {
            adopt(control, fresh);
            resolve(name);
        }));
        control.parentNode.appendChild(note);
        unresolved[name] = note;
    }

    function resolve(name) {
        forget(name);
        settle();
    }

    function forget(name) {
        if (unresolved[name]) {
            unresolved[name].parentNode.removeChild(unresolved[name]);
            delete unresolved[name];
        }
    }

    /* The server's lock: what is shown has been seen once every field has one value. */
    function settle() {
        var field = form.querySelector('input[name="_version"]');
        if (next && field && !Object.keys(unresolved).length) {
            field.value = next.value;
        }
    }

    /* Makes what the server draws now what the control was drawn with; not what is in it. */
    function adopt(control, fresh) {
        if (control.type === "checkbox" || control.type === "radio") {
            var checked = control.checked;
            control.defaultChecked = fresh.defaultChecked;
            control.checked = checked;
        } else if (control.options) {
            adoptOptions(control, fresh);
        } else {
            var value = control.value;
            control.defaultValue = fresh.defaultValue;
            control.value = value;
        }
    }

    function adoptOptions(control, fresh) {
        var before = document.createElement("select");
        before.multiple = control.multiple;
        before.innerHTML = control.innerHTML;
        live.set(before, control);
        control.innerHTML = fresh.innerHTML;  // there may be new ones
        live.set(control, before);
    }

    function label(control) {
        var found = control.id && document.querySelector('label[for="' + control.id + '"]');
        return found ? found.textContent.replace(/:\s*$/, "") : control.name;
    }

    function shown(control, which) {
        var text;
        if (control.options) {
            text = live.chosen(control, which === "default" ? "defaultSelected" : "selected").map(
                function (option) { return option.textContent; }).join(", ");
        } else if (control.type === "checkbox" || control.type === "radio") {
            text = control.defaultChecked ? "\u2713" : "\u2717";
        } else {
            text = control.defaultValue;
        }
        return text.length > 80 ? text.slice(0, 80) + "\u2026" : text || "\u2013";
    }

    function tell(data, changes) {
        var text = data.by ? page.dataset.rowBy + " " + data.by + ", " + data.when : page.dataset.row;
        if (changes.length || data.by) {
            follower.warn(text + (changes.length ? ": " + changes.join("; ") : ""));
        }
    }

    /* Who else is here */

    function hear(payload) {
        if (payload.action === "people") {
            Object.keys(payload.people).forEach(function (key) {
                people[key] = payload.people[key];
            });
            show();
        } else if (payload.action === "typing") {
            typing[payload.user] = Date.now();
            show();
            setTimeout(show, SAID + 50);
        }
        return payload.action === "reload" || payload.action === "changed" && (
            payload.model !== page.dataset.model || payload.pks.indexOf(page.dataset.pk) >= 0);
    }

    function show() {
        var names = Object.keys(people).filter(function (key) {
            return people[key] && key !== page.dataset.me;
        }).map(function (key) {
            var isTyping = Date.now() - (typing[key] || 0) < SAID;
            return people[key] + (isTyping ? " (" + page.dataset.typing + ")" : "");
        });
        var place = page.querySelector(".live-people");
        var text = names.length ? page.dataset.people + " " + names.join(", ") : "";
        if (place.textContent !== text) {
            place.textContent = text;
        }
    }

    form.addEventListener("input", function () {
        if (Date.now() - told > SAID / 2) {
            told = Date.now();
            follower.send({action: "typing"});
        }
    });
}());
