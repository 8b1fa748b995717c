"""Reads calendar feeds with icalendar and khal, programs that other people wrote, and compares what
they understand with what the API says.

Usage: check.py FOLDER, which holds NAME.ics with NAME.json beside it: the answer of the API to
/api/v1/rotas/{id}/calendar for the same rota."""

import datetime
import json
import pathlib
import subprocess
import sys

import icalendar

KHAL = pathlib.Path(sys.executable).with_name("khal")
NEEDED = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION")


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def planned(path):
    """Who is on call when, as the API says: only shifts that begin and end in its answer."""
    stretches = json.loads(path.read_text())["stretches"]
    return {
        (instant(stretch["from"]), instant(stretch["until"]), holder["name"])
        for stretch in stretches[1:-1]
        for holder in stretch["on_call"]
    }


def understood(path):
    """Who is on call when, as icalendar reads it."""
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    assert calendar.errors == [], calendar.errors
    for needed in ("VERSION", "PRODID"):
        assert needed in calendar, f"{path.name}: no {needed}"
    found, uids = set(), set()
    for event in calendar.walk("VEVENT"):
        assert event.errors == [], event.errors
        for needed in NEEDED:
            assert needed in event, f"{path.name}: an event without {needed}"
        assert "RRULE" not in event, f"{path.name}: an event that repeats"
        assert event["UID"] not in uids, f"{path.name}: two events are {event['UID']}"
        uids.add(event["UID"])
        begin, end = event.decoded("DTSTART"), event.decoded("DTEND")
        assert begin.tzinfo and end.tzinfo, f"{path.name}: a time in no zone"
        assert begin < end, f"{path.name}: a shift that ends before it begins"
        assert "+44 20 7946 0900" in str(event["DESCRIPTION"]), f"{path.name}: no vital number"
        found.add((begin, end, str(event["SUMMARY"])))
    return found


def shown_by_khal(path, folder):
    """How many shifts khal keeps of the feed."""
    kept = folder / f"{path.stem}-khal"
    kept.mkdir()
    settings = folder / f"{path.stem}.conf"
    settings.write_text(
        f"[calendars]\n[[duty]]\npath = {kept}\n"
        f"[sqlite]\npath = {folder / path.stem}.db\n"
        "[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )
    khal = [str(KHAL), "--config", str(settings)]
    subprocess.run([*khal, "import", "--batch", "-a", "duty", str(path)], check=True)
    listed = subprocess.run(
        [*khal, "list", "--once", "--notstarted", "--day-format", "",
         "--format", "{start-long}|{end-long}|{title}", "2000-01-01", "20000d"],
        check=True, capture_output=True, text=True,
    )
    zone = datetime.timezone.utc
    shown = set()
    for line in filter(None, listed.stdout.splitlines()):
        begin, end, title = line.split("|")
        shown.add((
            datetime.datetime.fromisoformat(begin).replace(tzinfo=zone),
            datetime.datetime.fromisoformat(end).replace(tzinfo=zone),
            title,
        ))
    return shown


def check(path, folder):
    shifts = planned(path.with_suffix(".json"))
    events = understood(path)
    assert len(shifts) >= 10, f"{path.name}: the API names only {len(shifts)} shifts"
    for begin, end, name in sorted(shifts):
        fits = [event for event in events if event[:2] == (begin, end) and name in event[2]]
        assert len(fits) == 1, f"{path.name}: {name} from {begin} to {end} is there {len(fits)} times"
    shown = shown_by_khal(path, folder)
    assert shown == events, f"{path.name}: khal shows {sorted(shown ^ events)[:4]} otherwise"
    print(f"{path.name}: {len(events)} shifts, {len(shifts)} compared with the API and khal")


def main():
    folder = pathlib.Path(sys.argv[1])
    feeds = sorted(folder.glob("*.ics"))
    assert feeds, "There is no feed."
    for path in feeds:
        check(path, folder)


main()
