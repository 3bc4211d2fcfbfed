"""A plan as a German sentence, the way the editor of schedules shows it."""

from datetime import date, time, timedelta

from praxis.core.schedule import LAST, Frequency, OnHoliday, Plan

WEEKDAYS = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
ORDINALS = {1: "ersten", 2: "zweiten", 3: "dritten", 4: "vierten", LAST: "letzten"}
ON_HOLIDAY = {
    OnHoliday.RUN: "",
    OnHoliday.SKIP: ", nicht an Feiertagen",
    OnHoliday.DAY_BEFORE: ", statt an einem Feiertag am Tag davor",
}


def describe(plan: Plan) -> str:
    """For example "Jede Woche am Montag und Mittwoch, alle 45 Minuten von 08:00 bis 18:00 Uhr"."""
    if plan.frequency is Frequency.ONCE:
        return f"Einmal am {_day(plan.start_on)}{_times(plan)}{ON_HOLIDAY[plan.on_holiday]}"
    begin = f", ab {_day(plan.start_on)}" if plan.every > 1 else ""
    end = f", bis {_day(plan.end_on)}" if plan.end_on else ""
    return f"{_days(plan)}{_times(plan)}{ON_HOLIDAY[plan.on_holiday]}{begin}{end}"


def _days(plan: Plan) -> str:
    n = plan.every
    if plan.frequency is Frequency.DAILY:
        return "Täglich" if n == 1 else f"Alle {n} Tage"
    if plan.frequency is Frequency.WEEKLY:
        weeks = "Jede Woche" if n == 1 else f"Alle {n} Wochen"
        return f"{weeks} am {_listed([WEEKDAYS[day] for day in sorted(plan.weekdays)])}"
    months = "Jeden Monat" if n == 1 else f"Alle {n} Monate"
    if plan.frequency is Frequency.MONTHLY_WEEKDAY:
        [weekday] = plan.weekdays
        return f"{months} am {ORDINALS[plan.nth or 1]} {WEEKDAYS[weekday]}"
    if plan.day_of_month == LAST:
        return f"{months} am letzten Tag"
    short_months = " (in kürzeren Monaten am letzten Tag)" if (plan.day_of_month or 1) > 28 else ""
    return f"{months} am {plan.day_of_month}.{short_months}"


def _times(plan: Plan) -> str:
    if plan.step is None or plan.until is None:
        return f" um {_clock(plan.at)} Uhr"
    return f", {_step(plan.step)} von {_clock(plan.at)} bis {_clock(plan.until)} Uhr"


def _step(step: timedelta) -> str:
    minutes = int(step.total_seconds() // 60)
    if minutes % 60 == 0:
        hours = minutes // 60
        return "jede Stunde" if hours == 1 else f"alle {hours} Stunden"
    return "jede Minute" if minutes == 1 else f"alle {minutes} Minuten"


def _listed(words: list[str]) -> str:
    return " und ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _clock(wall: time) -> str:
    return wall.strftime("%H:%M")


def _day(day: date) -> str:
    return day.strftime("%d.%m.%Y")
