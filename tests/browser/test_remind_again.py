"""A move of somebody who was reminded already: the calendar asks at once, by keyboard too."""

from django_scopes import scope
from playwright.sync_api import Page, expect

from notifications.models import Message
from tests.browser.calendar import Cast, at, locate_entry
from tests.notifications.pages import make_message


def test_the_move_is_done_and_a_question_stays_until_it_is_answered(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    with scope(practice=cast.practice):
        told = make_message(cast.practice, entry)
    locate_entry(page, entry).focus()
    for key in ["m", "ArrowDown", "Enter"]:
        page.keyboard.press(key)
    question = page.locator(".toast.is-warning")
    expect(question).to_contain_text("Noch einmal erinnern?")
    question.get_by_role("button", name="Nein").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_have_text(["Es wird nicht noch einmal erinnert."])
    with scope(practice=cast.practice):
        assert Message.objects.get(pk=told.pk).left_for_at == at(9, 15)
