/*
 * Keeps an open change form of the admin up to date: untouched fields take the new value; a conflict
 * shows both values.
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
    var choices = live.choices.of(form), drawnShape = shape(form);
    var follower = live.follow(page, take, hear);

    function formOf(root) {
        return root.querySelector("#content-main form");
    }

    /* The rows of the inlines, identified by the keys in their hidden fields */
    function shape(root) {
        return JSON.stringify(all("input[type=hidden]", root).filter(function (field) {
            return /-INITIAL_FORMS$|-\d+-\w+$/.test(field.name) && field.defaultValue;
        }).map(function (field) { return [field.name, field.defaultValue]; }));
    }

    /* Updates */

    function take(found) {
        var theirs = formOf(found), other = found.getElementById("live-admin"), changes = [];
        if (!theirs || drawnShape !== shape(theirs)) {
            return follower.warn(by(other) + ": " + page.dataset.rows, page.dataset.show, reload);
        }
        takeControls(live.named(theirs), by(other), changes);
        takeChoices(theirs, by(other), changes);
        all(".readonly", theirs).forEach(function (value, index) {
            var old = all(".readonly", form)[index];
            if (old) {
                old.innerHTML = value.innerHTML;
            }
        });
        next = theirs.querySelector('input[name="_version"]').value;
        settle();
        tell(other.dataset, changes);
    }

    function by(other) {
        var name = other && other.dataset.by;
        return name ? page.dataset.rowBy + " " + name : page.dataset.row;
    }

    function takeControls(fresh, who, changes) {
        var mine = live.named(form);
        Object.keys(fresh).forEach(function (name) {
            var control = mine[name];
            if (control && live.drawnValue(control) !== live.drawnValue(fresh[name])) {
                changes.push(label(control) + ": " + shown(control) + " \u2192 "
                             + shown(fresh[name]));
                merge(name, control, fresh[name], who);
            }
        });
    }

    function merge(name, control, fresh, who) {
        var theirs = live.drawnValue(fresh);
        var isTheirs = !live.isTouched(control) || live.valueOf(control) === theirs;
        forget(name);
        if (isTheirs) {
            adopt(control, fresh);
            live.set(control, theirs);
            control.classList.add("live-changed");
        } else if (control.type === "radio" && !theirs) {  // the note goes beside the selected one
            adopt(control, fresh);
        } else {
            ask(name, control.parentNode, who + ": " + shown(fresh), function () {
                adopt(control, fresh);
                live.reset(control);
            }, function () {
                adopt(control, fresh);
            });
        }
    }

    function takeChoices(theirs, who, changes) {
        Object.keys(choices).forEach(function (name) {
            var select = live.choices.selectOf(theirs, name);
            if (select) {
                takeChoice(choices[name], name, select, who, changes);
            }
        });
    }

    function takeChoice(choice, name, select, who, changes) {
        var theirs = live.choices.values(select), old = choice.drawn;
        choice.learn(select);
        if (String(theirs) === String(old)) {
            return;
        }
        var isTouched = choice.isTouched();
        changes.push(labelOf(choice.id) + ": " + choice.shown(old) + " \u2192 "
                     + choice.shown(theirs));
        choice.drawn = theirs;
        forget(name);
        if (!isTouched || !choice.isTouched()) {
            choice.choose(theirs);
        } else {
            ask(name, document.getElementById(choice.id + "_to").closest(".selector").parentNode,
                who + ": " + choice.shown(theirs), function () { choice.choose(theirs); });
        }
    }

    /* Shows the other value of a conflicting field, with a choice; the control keeps the user's own. */
    function ask(name, place, text, take, keep) {
        var note = document.createElement("span");
        note.className = "live-note";
        note.setAttribute("role", "group");
        note.textContent = text;
        [[page.dataset.take, take], [page.dataset.keep, keep]].forEach(function (way) {
            note.appendChild(live.button(way[0], function () {
                if (way[1]) {
                    way[1]();
                }
                resolve(name);
            }));
        });
        place.appendChild(note);
        unresolved[name] = note;
    }

    /* Typed values across a reload, which is needed when rows were added or removed */

    function reload() {
        live.typed.save(form, choices, label);
        location.replace(location.pathname + location.search);
    }

    function restore() {
        var kept = live.typed.take(), gone = [], controls;
        if (!kept) {
            return;
        }
        controls = live.typed.controlsFor(form, kept.controls);
        kept.controls.forEach(function (each) {
            var control = controls[each.key];
            if (control) {
                restoreControl(control, each);
            } else if (each.value) {
                gone.push(each.label + ": " + each.value);
            }
        });
        kept.choices.forEach(restoreChoice);
        if (gone.length) {
            follower.warn(page.dataset.typedGone + " " + gone.join("; "));
        }
        if (Object.keys(unresolved).length) {
            next = versionField().value;
            versionField().value = kept.version;
        }
    }

    function restoreControl(control, kept) {
        var theirs = live.drawnValue(control);
        live.set(control, kept.value);
        if (theirs !== kept.drawn && theirs !== kept.value) {
            ask(live.nameOf(control), control.parentNode, page.dataset.row + ": " + shown(control),
                function () { live.reset(control); });
        }
    }

    function restoreChoice(kept) {
        var choice = choices[kept.name], isOther = choice && String(choice.drawn) !== String(kept.drawn);
        if (choice) {
            choice.choose(kept.value);
        }
        if (isOther && choice.isTouched()) {
            ask(kept.name, document.getElementById(choice.id + "_to").closest(".selector").parentNode,
                page.dataset.row + ": " + choice.shown(choice.drawn),
                function () { choice.choose(choice.drawn); });
        }
    }

    window.addEventListener("load", restore);

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

    function versionField() {
        return form.querySelector('input[name="_version"]');
    }

    /* Optimistic lock: take on the new version once every conflict is resolved. */
    function settle() {
        if (next && !Object.keys(unresolved).length) {
            versionField().value = next;
        }
    }

    /* The link that Django's URL and file widgets show beside the control */
    function adoptLink(control, fresh) {
        var mine = control.parentNode.querySelector("a[href]");
        var other = fresh.parentNode.querySelector("a[href]");
        if (mine && other && control.parentNode.matches(".url, .file-upload")) {
            mine.href = other.getAttribute("href");
            mine.textContent = other.textContent;
        }
    }

    /* Replaces the control's rendered value, but keeps its current one. */
    function adopt(control, fresh) {
        adoptLink(control, fresh);
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
        var value = live.valueOf(control);
        control.innerHTML = fresh.innerHTML;  // there may be new options
        live.set(control, value);
    }

    function label(control) {
        return labelOf(control.id) || control.name;
    }

    function labelOf(id) {
        var found = id && document.querySelector('label[for="' + id + '"]');
        return found ? found.textContent.replace(/:\s*$/, "") : "";
    }

    /* The rendered value as display text */
    function shown(control) {
        var text;
        if (control.options) {
            text = live.chosen(control, "defaultSelected").map(
                function (option) { return option.textContent; }).join(", ");
        } else if (control.type === "radio") {
            text = control.parentNode.textContent.trim();
        } else if (control.type === "checkbox") {
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

    /* Presence and typing */

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
